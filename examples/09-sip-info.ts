/** Reads and sends header fields, shows text on the caller's telephone, and answers what it asks by INFO. */
import { type Channel, SIPHeaderField, SIPInfo, SIPMessagePlainText, UserAgent } from 'offhook';

const PRICES: Readonly<Record<string, string>> = { bread: '3.20', milk: '1.45' };

/** Resolves with what the caller asked for, once the question is `done`. */
export async function priceList(channel: Channel): Promise<readonly string[]> {
  const account = channel.sip.requestHeaderField('X-Account')?.values[0] ?? 'none';
  channel.sip.headerFieldsToSend.push(new SIPHeaderField('X-Served-Account', account));
  await channel.answer();
  const status = await channel.sip.send(new SIPMessagePlainText(`Your account: ${account}`));
  if (status >= 300) console.error(`the telephone shows no text: SIP ${status}`);

  const asked: string[] = [];
  for (;;) {
    for (const { body } of channel.sip.getInfos()) {
      if (body === 'done') return asked;
      asked.push(body);
      await channel.sip.send(new SIPInfo(`${body}=${PRICES[body] ?? '?'}`, 'application/x-price'));
    }
    // A caller who hangs up ends this with a Hangup.
    await channel.sleep(50);
  }
}

if (import.meta.main) {
  const ua = await UserAgent.start({ port: Number(process.argv[2] ?? 5060) });
  ua.onCall(async (channel) => {
    console.log('asked for', await priceList(channel));
  });
  console.log(`waiting for calls on port ${ua.port}; send INFO`);
}
