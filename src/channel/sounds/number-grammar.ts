/** How a language says whole numbers from 0 to 999,999,999,999. */
export interface NumberGrammar {
  /** The word that goes before a number below zero. */
  readonly minus: string;
  /** The names of the sounds that make the number, as they are in the folder `digits` of the Asterisk core sounds. */
  readonly sounds: (value: number) => readonly string[];
  /** The number in words. */
  readonly words: (value: number) => string;
}
