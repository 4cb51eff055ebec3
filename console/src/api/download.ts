import { type ApiCall, fetchApi } from './call-api.ts'

/**
 * Saves the body of a response as a file. A plain link would carry neither the API's version nor the workspace.
 *
 * @throws ApiFailure
 */
export async function download(path: string, filename: string, call: ApiCall = {}): Promise<void> {
  const response = await fetchApi(path, call)
  saveAs(await response.blob(), filename)
}

/** Gives the browser a file to save. */
export function saveAs(content: Blob, filename: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = filename
  link.click()
  // Not at once: the browser has only begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
