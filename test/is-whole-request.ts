/** Whether bytes, as latin1, contain a complete request whose body has a length. */
export function isWholeRequest(received: string): boolean {
  const headEnd = received.indexOf('\r\n\r\n')
  const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1]
  return headEnd !== -1 && received.length >= headEnd + 4 + Number(length ?? 0)
}
