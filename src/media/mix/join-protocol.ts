/** What the program does with what joins calls of one engine. The numbers of links are unique within the user agent. */
export type JoinCommand =
  | {
      readonly kind: 'link';
      readonly link: number;
      /** Whose far end speaks, and whose hears it. */
      readonly from: number;
      readonly to: number;
      readonly volume: number;
    }
  | { readonly kind: 'unlink'; readonly link: number }
  | { readonly kind: 'link-volume'; readonly link: number; readonly volume: number };
