import { callApi } from '../api/call-api.ts'

/** Makes a link that a member can open, which nothing can show again. */
export async function makeLink(path: string): Promise<string> {
  const link = await callApi<{ path: string }>(path, { body: {} })
  return location.origin + link.path
}
