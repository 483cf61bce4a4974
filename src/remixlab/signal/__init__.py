"""Arrays of sound: rates, spectra, stretching, pitch, voices, effects, dynamics, loudness.

Everything takes float32 samples of shape (channels, frames) and a sample rate, and gives the same back.
Nothing here knows a recording, a plan or a file; nothing reads a clock or throws dice (noise has a seed).
The instruments are a room of their own, `signal.instruments`.
"""

from remixlab.signal.curve import Curve, sweep
from remixlab.signal.effects.delay import Delay, delay_in_beats
from remixlab.signal.effects.drive import Crush, Drive, Vinyl
from remixlab.signal.effects.dynamics import Compressor, Duck, Gain, duck, duck_gain
from remixlab.signal.effects.effect import Chain, Effect, Process, apply, chain, render_segment
from remixlab.signal.effects.filters import Equaliser, Filter, FilterMode, tilt
from remixlab.signal.effects.modulation import Chorus, Flanger, Tape
from remixlab.signal.effects.reverb import Reverb
from remixlab.signal.effects.rhythm import Gate, Stutter
from remixlab.signal.levels import (
    SILENCE_DB,
    amplitude_from_db,
    as_samples,
    db_from_amplitude,
    equal_power_gains,
    fade_curve,
    faded,
    rms_db,
)
from remixlab.signal.master import Mastered, limit, master
from remixlab.signal.measure.contour import PitchContour, find_pitch
from remixlab.signal.measure.loudness import (
    OVERSAMPLING,
    loudness_range_lu,
    measure_loudness_lufs,
    measure_peak_dbtp,
    momentary_loudness_lufs,
    short_term_loudness_lufs,
)
from remixlab.signal.measure.onsets import Onsets, find_onsets, onset_strength
from remixlab.signal.measure.tuning import (
    Allowed,
    PitchClasses,
    harmony_semitones,
    nearest_notes,
    smoothed_midi,
    tuned_hz,
    tuned_semitones,
)
from remixlab.signal.median import running_median
from remixlab.signal.noise import uniform, white_noise
from remixlab.signal.resample import read_at, resample
from remixlab.signal.spectrum import (
    Spectrogram,
    frames_of,
    hann,
    hz_from_mel,
    istft,
    mel_filterbank,
    mel_from_hz,
    overlap_add,
    power_spectrum,
    stft,
)
from remixlab.signal.stretch.pitch import Stretcher, pitch_map, pitch_shift
from remixlab.signal.stretch.vocoder import phase_vocoder
from remixlab.signal.stretch.wsola import BASS_GRAIN, DRUM_GRAIN, VOICE_GRAIN, Grain, wsola
from remixlab.signal.timemap import ISLAND_AFTER_S, ISLAND_BEFORE_S, TimeMap
from remixlab.signal.voice.singing import Singing, analyse_singing, sing
from remixlab.signal.voice.voices import (
    Voice,
    choir,
    deep,
    doubled,
    harmony,
    high,
    robot,
    sing_together,
    telephone,
    tuned,
    whisper,
)

__all__ = [
    "BASS_GRAIN",
    "DRUM_GRAIN",
    "ISLAND_AFTER_S",
    "ISLAND_BEFORE_S",
    "OVERSAMPLING",
    "SILENCE_DB",
    "VOICE_GRAIN",
    "Allowed",
    "Chain",
    "Chorus",
    "Compressor",
    "Crush",
    "Curve",
    "Delay",
    "Drive",
    "Duck",
    "Effect",
    "Equaliser",
    "Filter",
    "FilterMode",
    "Flanger",
    "Gain",
    "Gate",
    "Grain",
    "Mastered",
    "Onsets",
    "PitchClasses",
    "PitchContour",
    "Process",
    "Reverb",
    "Singing",
    "Spectrogram",
    "Stretcher",
    "Stutter",
    "Tape",
    "TimeMap",
    "Vinyl",
    "Voice",
    "amplitude_from_db",
    "analyse_singing",
    "apply",
    "as_samples",
    "chain",
    "choir",
    "db_from_amplitude",
    "deep",
    "delay_in_beats",
    "doubled",
    "duck",
    "duck_gain",
    "equal_power_gains",
    "fade_curve",
    "faded",
    "find_onsets",
    "find_pitch",
    "frames_of",
    "hann",
    "harmony",
    "harmony_semitones",
    "high",
    "hz_from_mel",
    "istft",
    "limit",
    "loudness_range_lu",
    "master",
    "measure_loudness_lufs",
    "measure_peak_dbtp",
    "mel_filterbank",
    "mel_from_hz",
    "momentary_loudness_lufs",
    "nearest_notes",
    "onset_strength",
    "overlap_add",
    "phase_vocoder",
    "pitch_map",
    "pitch_shift",
    "power_spectrum",
    "read_at",
    "render_segment",
    "resample",
    "rms_db",
    "robot",
    "running_median",
    "short_term_loudness_lufs",
    "sing",
    "sing_together",
    "smoothed_midi",
    "stft",
    "sweep",
    "telephone",
    "tilt",
    "tuned",
    "tuned_hz",
    "tuned_semitones",
    "uniform",
    "whisper",
    "white_noise",
    "wsola",
]
