"""HTTP: remixes, their audio and stems, plays."""
