import { expect, it } from 'vitest';
import { Disposables } from '../../src/disposables.ts';

function held(): { readonly all: Disposables; readonly given: string[]; readonly thing: (name: string) => Disposable } {
  const given: string[] = [];
  return { all: new Disposables(), given, thing: (name) => ({ [Symbol.dispose]: () => void given.push(name) }) };
}

it('gives everything back once, the last first', () => {
  const { all, given, thing } = held();
  const one = thing('one');
  expect(all.use(one)).toBe(one);
  all.use(undefined);
  all.defer(() => given.push('two'));
  all.dispose();
  all.dispose();
  expect(given).toEqual(['two', 'one']);
});

it('gives nothing back that was left to others, but what came after it', () => {
  const { all, given, thing } = held();
  {
    using each = all;
    each.use(thing('one'));
    each.forget();
    each.use(thing('two'));
  }
  expect(given).toEqual(['two']);
});
