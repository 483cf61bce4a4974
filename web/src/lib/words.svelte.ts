/** The words of the page, in the reader's language; every sentence has its key in `words/en.json`. A language is a file. */
import deFile from './words/de.json?url';
import enFile from './words/en.json?url';
import esFile from './words/es.json?url';
import frFile from './words/fr.json?url';

export type Key = keyof typeof import('./words/en.json');
export const LANGUAGES = { en: 'English', fr: 'Français', de: 'Deutsch', es: 'Español' } as const;
export type Language = keyof typeof LANGUAGES;
type Catalogue = Record<string, string>;

const FILES: Record<Language, string> = { en: enFile, fr: frFile, de: deFile, es: esFile };

const isLanguage = (name: string | null | undefined): name is Language => !!name && name in LANGUAGES;
const wanted = (): Language => {
  const said = localStorage.getItem('language');
  if (isLanguage(said)) return said;
  return navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage) ?? 'en';
};

export const tongue = $state<{ name: Language; words: Catalogue }>({ name: 'en', words: {} });

export async function speak(name: Language = wanted()): Promise<void> {
  const words = (await (await fetch(FILES[name])).json()) as Catalogue;
  tongue.words = words;
  tongue.name = name;
  document.documentElement.lang = name;
}
export async function choose(name: Language): Promise<void> {
  localStorage.setItem('language', name);
  await speak(name);
}

/** A sentence; `{name}` is filled in. With `count`, the form of the number: `key_one` where it has one. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const counted = typeof values.count === 'number' && new Intl.PluralRules(tongue.name).select(values.count) === 'one' ? `${key}_one` : key;
  const text = tongue.words[counted] ?? tongue.words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
/** The sentence of a name that the API chooses; the name itself where the catalogue does not know it. */
export function named(group: string, name: string): string {
  const key = `${group}.${name}`;
  return tongue.words[key] ?? name.replace(/[-_]/g, ' ');
}
/** The reader's own way to write dates, where it is of the language of the page: half past two in London is not 2:30 PM. */
const region = (): string => navigator.languages.find((name) => name.startsWith(tongue.name)) ?? tongue.name;
export const moment = (at: string): string => new Intl.DateTimeFormat(region(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
export const percent = (share: number, digits = 0): string =>
  new Intl.NumberFormat(tongue.name, { style: 'percent', maximumFractionDigits: digits }).format(share);
export const number = (value: number, digits = 0): string => new Intl.NumberFormat(tongue.name, { maximumFractionDigits: digits }).format(value);
export const clock = (s: number): string => `${Math.floor(Math.max(0, s) / 60)}:${String(Math.floor(Math.max(0, s) % 60)).padStart(2, '0')}`;
/** A noun in the middle of a sentence: German keeps its capital. */
export const lower = (text: string): string => (tongue.name === 'de' ? text : text.toLocaleLowerCase(tongue.name));
export const upper = (text: string): string => text.charAt(0).toLocaleUpperCase(tongue.name) + text.slice(1);
export const listed = (parts: string[]): string => new Intl.ListFormat(tongue.name === 'en' ? 'en-GB' : tongue.name, { type: 'conjunction' }).format(parts);
