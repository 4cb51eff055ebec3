import type { S3Fault } from './s3-fault.ts'

/** A response of an S3 service. */
export interface S3Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
}

/** A response that a fault has changed. */
export function spoilt(reply: S3Reply, fault: S3Fault['kind']): S3Reply {
  switch (fault.type) {
    case 'wrong-etag':
      return { ...reply, headers: { ...reply.headers, etag: `"${'0'.repeat(32)}"` } }
    case 'changed-bytes': {
      const body = Buffer.from(reply.body ?? '')
      body.writeUInt8(body.readUInt8(0) ^ 1, 0)
      return { ...reply, body }
    }
    case 'late-error':
      return xml(`<Error><Code>${fault.code}</Code></Error>`)
    default:
      return reply
  }
}

/** A response with a document. */
export function xml(body: string): S3Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
  }
}
