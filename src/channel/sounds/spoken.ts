/** A part of what is spoken: a sound by its name, or a pause in milliseconds. */
export type SpokenPart = { readonly sound: string } | { readonly pause: number };

/** What is to be spoken, in two ways. */
export interface Spoken {
  /** As recorded parts; undefined when it is not known how this language makes it of such. */
  readonly parts: readonly SpokenPart[] | undefined;
  /** As text for speech. */
  readonly text: string;
}
