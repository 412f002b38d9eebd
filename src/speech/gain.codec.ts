/** Makes samples louder by so many decibels, in place; what goes beyond full scale is clipped. */
export function amplify(samples: Int16Array, decibels: number): void {
  if (decibels === 0) return;
  const factor = 10 ** (decibels / 20);
  for (const [index, sample] of samples.entries()) {
    samples[index] = Math.max(-32_768, Math.min(32_767, Math.round(sample * factor)));
  }
}
