import type { ApiRequest } from '../../src/http/api-request.ts'

const PREFIX = 'fault:'

/**
 * The request with the header that asks for a fault, if its API key is `fault:` and a fault: the oldest clients send no headers
 * of their users.
 */
export function withFaultOfKey(request: ApiRequest): ApiRequest {
  const key = request.headers.get('x-api-key')
  if (key === null || !key.startsWith(PREFIX)) return request
  const get = (name: string) =>
    name === 'x-continuo-fault' ? key.slice(PREFIX.length) : request.headers.get(name)
  const headers = { get, has: (name: string) => get(name) !== null }
  const { method, path, query, hosts, signal } = request
  return {
    ...{ method, path, query, hosts, signal, headers },
    cancel: () => request.cancel(),
    readBody: (take) => request.readBody(take),
  }
}
