/** How a connection is broken in place of a response: `reset` drops what the client has not read. */
export type Break = 'closed' | 'reset'

/** A response ends in the middle, on purpose. Its name and text are those that `fetch` has for it. */
export class BrokenConnection extends TypeError {
  readonly how: Break

  constructor(how: Break) {
    super('terminated', { cause: connectionError(how) })
    this.how = how
  }
}

/** What a client's `fetch` is rejected with where no response came. */
export function failedFetch(how: Break): TypeError {
  return new TypeError('fetch failed', { cause: connectionError(how) })
}

function connectionError(how: Break): Error {
  return how === 'reset'
    ? Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    : Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
}
