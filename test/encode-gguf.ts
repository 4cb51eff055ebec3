/** A value of a file's metadata, in the type that the file gives it. */
export type GgufValue =
  | { readonly u32: number }
  | { readonly f32: number }
  | { readonly text: string }
  | { readonly flag: boolean }
  | { readonly texts: readonly string[] }
  | { readonly f32s: readonly number[] }
  | { readonly i32s: readonly number[] }

/** One entry of a file's metadata. */
export type GgufMetadata = readonly [key: string, value: GgufValue]

/** A tensor of 32-bit floats; the first size is that of a row. */
export interface GgufTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly weights: Float32Array
}

/** Types of tokens. */
export const GGUF_TOKEN = { normal: 1, unknown: 2, control: 3, byte: 6 } as const

/** Where a tensor may begin. */
export const GGUF_ALIGNMENT = 32

/** The bytes of a model file. */
export function encodeGguf(metadata: readonly GgufMetadata[], tensors: readonly GgufTensor[]): Buffer {
  const header = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(metadata.length)]
  for (const [key, value] of metadata) header.push(text(key), encodeValue(value))
  const data: Buffer[] = []
  let offset = 0
  for (const { name, shape, weights } of tensors) {
    header.push(text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset))
    const bytes = aligned(Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength))
    data.push(bytes)
    offset += bytes.length
  }
  return Buffer.concat([aligned(Buffer.concat(header)), ...data])
}

function aligned(bytes: Buffer): Buffer {
  return Buffer.concat([
    bytes,
    Buffer.alloc((GGUF_ALIGNMENT - (bytes.length % GGUF_ALIGNMENT)) % GGUF_ALIGNMENT),
  ])
}

function encodeValue(value: GgufValue): Buffer {
  if ('u32' in value) return Buffer.concat([u32(4), u32(value.u32)])
  if ('f32' in value) return Buffer.concat([u32(6), f32(value.f32)])
  if ('flag' in value) return Buffer.concat([u32(7), Buffer.from([value.flag ? 1 : 0])])
  if ('text' in value) return Buffer.concat([u32(8), text(value.text)])
  if ('texts' in value) return list(8, value.texts.map(text))
  if ('f32s' in value) return list(6, value.f32s.map(f32))
  return list(5, value.i32s.map(u32))
}

function list(type: number, items: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(9), u32(type), u64(items.length), ...items])
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  return Buffer.concat([u64(bytes.length), bytes])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}
