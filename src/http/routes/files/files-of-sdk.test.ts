import { Readable } from 'node:stream'
import Anthropic, { toFile } from '@anthropic-ai/sdk'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../../../test/databases.ts'
import { createFilesApp, openTestFiles } from '../../../../test/files-app.ts'

describeOnDatabases('files of the official SDK', (database) => {
  async function connect() {
    const { files } = await openTestFiles(database)
    const app = createFilesApp(files)
    return new Anthropic({ apiKey: 'default', fetch: app.fetch as typeof fetch, maxRetries: 0 })
  }

  it('are uploaded from whatever toFile takes, in both namespaces', async () => {
    const client = await connect()
    const stream = Readable.from([Buffer.from('from '), Buffer.from('a stream')])
    const uploads = [
      await toFile(Buffer.from('from bytes'), 'bytes.txt', { type: 'text/plain' }),
      await toFile(stream, 'stream.pdf', { type: 'application/pdf' }),
      new File(['from a file'], 'file.png', { type: 'image/png' }),
      await toFile(Buffer.from('no name')),
    ]
    const current = await Promise.all(uploads.map((file) => client.files.upload({ file })))
    const beta = await Promise.all(uploads.map((file) => client.beta.files.upload({ file })))
    for (const files of [current, beta])
      expect(files.map(({ filename, mime_type, size_bytes }) => [filename, mime_type, size_bytes])).toEqual([
        ['bytes.txt', 'text/plain', 10],
        ['stream.pdf', 'application/pdf', 13],
        ['file.png', 'image/png', 11],
        [expect.stringMatching(/^un/), 'application/octet-stream', 7],
      ])
  })

  it('are listed page after page, downloaded and deleted', async () => {
    const client = await connect()
    for (const name of ['a', 'b', 'c'])
      await client.files.upload({ file: await toFile(Buffer.from(`this is ${name}`), name) })
    const listed: string[] = []
    for await (const file of client.files.list({ limit: 1 })) {
      listed.push(await (await client.files.download(file.id)).text())
      expect(await client.files.delete(file.id)).toEqual({ id: file.id, type: 'file_deleted' })
    }
    expect(listed.sort()).toEqual(['this is a', 'this is b', 'this is c'])
    for await (const file of client.beta.files.list({ limit: 1 })) throw new Error(`${file.id} is left`)
    await expect(client.files.retrieveMetadata('file_none')).rejects.toThrow(Anthropic.NotFoundError)
  })
})
