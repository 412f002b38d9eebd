/** An address as messages and journals have it: without the name and password that it may begin with. */
export function shownAddress(url: string): string {
  return url.replace(/^(https?:\/\/)[^\s/?#]*@/i, '$1***@');
}
