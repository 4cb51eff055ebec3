import { createWriteStream, existsSync, statSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { Command, InvalidArgumentError } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { standardError } from '../util/standard-output.ts'
import { readFileBody, type ShownFile } from '../wire/files/read-file-body.ts'
import { alignedTable } from './aligned-table.ts'
import { DEFAULT_SERVER_URL } from './default-server-url.ts'
import { FilesServer } from './files-server.ts'
import { writeOutput } from './write-output.ts'

interface ServerFlags {
  readonly url: string
  readonly apiKey?: string
}

/** `continuo files …`: the files of a server that runs. */
export function filesCommand(): Command {
  return new Command('files')
    .description('List, upload and download files on a server')
    .addCommand(
      withServer(new Command('list').description('List the files of the key’s workspace, the newest first'))
        .option('--json', 'Print them as JSON lines')
        .action(listFiles),
    )
    .addCommand(
      withServer(new Command('upload').description('Upload files, and print their ids'))
        .argument('<file...>', 'The files to upload')
        .option('--type <type>', 'Their media type; by default that of the extension')
        .option('--expires-in-seconds <seconds>', 'How long they are kept; for ever by default', wholeNumber)
        .action(uploadFiles),
    )
    .addCommand(
      withServer(new Command('get').description('Print what is known of a file, as JSON'))
        .argument('<id>', 'The id of the file')
        .action(getFile),
    )
    .addCommand(
      withServer(new Command('download').description('Download a file, where the server allows it'))
        .argument('<id>', 'The id of the file')
        .option('--out <file>', 'Where it is written; by default under its own name in this folder')
        .action(downloadFile),
    )
    .addCommand(
      withServer(new Command('delete').description('Delete files'))
        .argument('<id...>', 'The ids of the files')
        .action(deleteFiles),
    )
}

function withServer(command: Command): Command {
  return command
    .option('--url <url>', 'The address of the server', DEFAULT_SERVER_URL)
    .option('--api-key <key>', 'An API key of the server; by default that in CONTINUO_API_KEY')
}

function serverOf({ url, apiKey = process.env.CONTINUO_API_KEY ?? 'any' }: ServerFlags): FilesServer {
  return new FilesServer(url, apiKey)
}

async function listFiles(flags: ServerFlags & { readonly json?: boolean }): Promise<void> {
  const files: ShownFile[] = []
  for await (const file of serverOf(flags).list()) {
    if (flags.json === true) await writeOutput(`${JSON.stringify(file)}\n`)
    else files.push(readFileBody(file))
  }
  if (flags.json === true) return
  if (files.length === 0) return writeOutput('There are no files.\n')
  const titles = ['Id', 'Name', 'Type', 'Bytes', 'Created', 'Expires']
  const lines = files.map((file) => [
    ...[file.id, file.filename, file.mediaType, String(file.sizeBytes)],
    ...[file.createdAt.slice(0, 16), file.expiresAt?.slice(0, 16) ?? ''],
  ])
  await writeOutput(alignedTable([titles, ...lines]))
}

async function uploadFiles(
  paths: readonly string[],
  flags: ServerFlags & { readonly type?: string; readonly expiresInSeconds?: number },
): Promise<void> {
  const uploads = paths.map((path) => {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) throw new ConfigError(`There is no file ${path}.`)
    if (!found.isFile()) throw new ConfigError(`${path} is no file.`)
    const { type, expiresInSeconds } = flags
    return { path, name: basename(path), size: found.size, type, expiresInSeconds }
  })
  const server = serverOf(flags)
  for (const upload of uploads) {
    const { id } = await server.upload(upload)
    await writeOutput(`${id}\n`)
  }
}

async function getFile(id: string, flags: ServerFlags): Promise<void> {
  await writeOutput(`${JSON.stringify(await serverOf(flags).get(id), null, 2)}\n`)
}

async function downloadFile(id: string, flags: ServerFlags & { readonly out?: string }): Promise<void> {
  const server = serverOf(flags)
  // The name is the server's: no folder of it counts.
  const path = flags.out ?? basename(readFileBody(await server.get(id)).filename.replaceAll('\\', '/'))
  if (existsSync(path)) throw new ConfigError(`${path} exists: remove it, or choose another file with --out.`)
  await pipeline(await server.download(id), createWriteStream(`${path}.part`))
  await rename(`${path}.part`, path)
  standardError().write(`${id} is in ${path}\n`)
}

async function deleteFiles(ids: readonly string[], flags: ServerFlags): Promise<void> {
  const server = serverOf(flags)
  for (const id of ids) {
    await server.delete(id)
    standardError().write(`${id} is deleted\n`)
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds.')
  return Number(text)
}
