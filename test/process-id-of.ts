/** The id of a process that must be running: a signal to id 0 would reach this process and its group. */
export function processIdOf({ processId }: { readonly processId: number | null | undefined }): number {
  if (processId) return processId
  throw new Error('the process is not running')
}
