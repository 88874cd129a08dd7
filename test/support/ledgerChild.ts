/** Writes so many requests into the ledger of a folder, each opened and ended, and ends: `node ledgerChild.ts FOLDER NAME COUNT`. */
import { NetworkLedger } from '../../src/host/network/networkLedger.ts';
import { closedRequest, openedRequest } from './ledgerEntries.ts';

const [folder = '', name = '', count = '0'] = process.argv.slice(2);
const ledger = new NetworkLedger({ folder, log: (message) => console.error(message), fileBytes: 20_000 });
for (let number = 0; number < Number(count); number += 1) {
  const end = await ledger.record(openedRequest({ host: `${name}-${number}.example:443` }));
  end(closedRequest({ sent: number }));
}
await ledger.flush();
