import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs a command that fetches or builds a peer, and returns its standard output; its standard error is shown.
 *
 * @throws Error when it fails
 */
export async function install([file = '', ...args]: readonly string[]): Promise<string> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`"${[file, ...args].join(' ')}" ended with ${code}`)
  return output.trim()
}
