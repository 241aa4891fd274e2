import type { MailService } from '../../src/apps-script/runtime';
import type { Caller } from './caller';
import { GoogleException } from './exception';
import { spend } from './quotas';
import { SERVICE } from './service-object';

/** Per message, consumer account (google: mail.size). */
export const MAX_RECIPIENTS = 50;
export const MAX_BODY_BYTES = 200 * 1024;

export class FakeMailApp implements MailService {
  readonly [SERVICE] = 'MailApp';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  sendEmail(recipient: string, subject: string, body: string): void {
    const { world, user } = this.#caller;
    const recipients = recipient.split(',').map((address) => address.trim());
    const invalid = recipients.find((address) => !/^[^\s@]+@[^\s@]+$/.test(address));
    if (recipient.trim() === '') throw new GoogleException('Failed to send email: no recipient');
    if (invalid !== undefined) throw new GoogleException(`Invalid email: ${invalid}`);
    if (recipients.length > MAX_RECIPIENTS)
      throw new GoogleException('Limit Exceeded: Email Recipients Per Message.');
    if (Buffer.byteLength(body, 'utf8') > MAX_BODY_BYTES)
      throw new GoogleException('Limit Exceeded: Email Body Size.');
    spend(world.quotas, 'mailRecipients', recipients.length);
    world.mails.push({ recipient, subject, body, sender: user, at: world.settings.now() });
  }

  getRemainingDailyQuota(): number {
    return this.#caller.world.quotas.mailRecipients;
  }
}
