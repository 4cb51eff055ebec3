/**
 * Loaded into the processes and threads of a server that is judged by what it holds (`--import`): a cache of 16 MiB that
 * fills by half a kilobyte a request would look like a leak for an hour.
 */

import { replaceSources } from './replace-sources.ts'

replaceSources([
  {
    file: '/state/sqlite/sqlite-connection.ts',
    from: 'CACHE_KIBIBYTES = 16 * 1024',
    to: 'CACHE_KIBIBYTES = 256',
  },
])
