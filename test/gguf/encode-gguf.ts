/** A value of a file's metadata, with its type in the file. */
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
export const GGUF_TOKEN = { normal: 1, unknown: 2, control: 3, userDefined: 4, byte: 6 } as const

/** The alignment of tensors. */
export const GGUF_ALIGNMENT = 32

/** The format's numbers for types of weights. */
export const GGUF_WEIGHTS = { f32: 0, q8_0: 8 } as const

/** A block of `q8_0`: a 16-bit scale and 32 weights of a byte. */
export const Q8_0_BLOCK = { weights: 32, bytes: 34 } as const

/** The header's entry for a tensor. */
export interface GgufTensorPlace {
  readonly name: string
  readonly shape: readonly number[]
  readonly type: keyof typeof GGUF_WEIGHTS
}

/** The bytes of a model file. */
export function encodeGguf(metadata: readonly GgufMetadata[], tensors: readonly GgufTensor[]): Buffer {
  const places = tensors.map(({ name, shape }): GgufTensorPlace => ({ name, shape, type: 'f32' }))
  const data = tensors.map(({ weights }) =>
    aligned(Buffer.from(weights.buffer, weights.byteOffset, weights.byteLength)),
  )
  return Buffer.concat([ggufHeader(metadata, places), ...data])
}

/** Everything before the weights, which follow in the same order, each padded to the alignment. */
export function ggufHeader(metadata: readonly GgufMetadata[], tensors: readonly GgufTensorPlace[]): Buffer {
  const header = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(metadata.length)]
  for (const [key, value] of metadata) header.push(text(key), encodeValue(value))
  let offset = 0
  for (const tensor of tensors) {
    const { name, shape, type } = tensor
    header.push(text(name), u32(shape.length), ...shape.map(u64), u32(GGUF_WEIGHTS[type]), u64(offset))
    offset += alignedBytes(tensor)
  }
  return aligned(Buffer.concat(header))
}

/** The bytes of a tensor in the file, with padding. */
export function alignedBytes({ shape, type }: GgufTensorPlace): number {
  const count = shape.reduce((product, size) => product * size, 1)
  const bytes = type === 'f32' ? count * 4 : (count / Q8_0_BLOCK.weights) * Q8_0_BLOCK.bytes
  return Math.ceil(bytes / GGUF_ALIGNMENT) * GGUF_ALIGNMENT
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
