import type { HeaderField } from '../../channel/signaling-port.ts';
import type { ScreeningRules } from './rules.ts';

/** What a 200 to OPTIONS says about this user agent (RFC 3261 §11.2). */
export function capabilities(rules: ScreeningRules): readonly HeaderField[] {
  const fields = [
    { name: 'Allow', value: rules.allowedMethods.join(', ') },
    { name: 'Accept', value: [...rules.acceptedTypes, ...rules.requestTypes].join(', ') },
    { name: 'Accept-Encoding', value: 'identity' },
    { name: 'Accept-Language', value: 'en' },
  ];
  return rules.supported.length === 0 ? fields : [...fields, { name: 'Supported', value: rules.supported.join(', ') }];
}
