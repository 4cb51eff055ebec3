import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { LimitError } from '../completion/limit-error.ts'

/** Characters of a password. */
export const [MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH] = [10, 1_000]

/** The binary logarithm of how often each password is mixed: a quarter of a second and 128 MiB. */
export const PASSWORD_LOG2_COST = 17
const BLOCK_SIZE = 8
const [SALT_BYTES, HASH_BYTES] = [16, 32]
/** Most passwords that are hashed at once, and most that wait for that. */
const [MAX_RUNNING, MAX_WAITING] = [2, 30]

/** Hashes passwords by scrypt, and compares them. What is kept of one can be undone only by trying passwords. */
export class Passwords {
  readonly #log2Cost: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(log2Cost = PASSWORD_LOG2_COST) {
    this.#log2Cost = log2Cost
  }

  /** @throws LimitError when too many wait */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES)
    const hash = await this.#derive(password, salt, this.#log2Cost)
    return ['scrypt', this.#log2Cost, salt.toString('base64url'), hash.toString('base64url')].join('$')
  }

  /**
   * Whether a password is the one that was hashed. It takes as long where there is none, so that nothing tells an address
   * without a user from one with.
   *
   * @throws LimitError when too many wait
   */
  async isRight(password: string, stored: string | null): Promise<boolean> {
    const [, log2Cost, salt = '', hash = ''] =
      /^scrypt\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/.exec(stored ?? '') ?? []
    const cost = log2Cost === undefined ? this.#log2Cost : Number(log2Cost)
    const derived = await this.#derive(password, Buffer.from(salt, 'base64url'), cost)
    const expected = Buffer.from(hash, 'base64url')
    return expected.length === HASH_BYTES && timingSafeEqual(derived, expected)
  }

  async #derive(password: string, salt: Uint8Array, log2Cost: number): Promise<Buffer> {
    await this.#enter()
    try {
      const N = 2 ** log2Cost
      const cost = { N, r: BLOCK_SIZE, p: 1, maxmem: 2 * 128 * BLOCK_SIZE * N }
      return await new Promise((resolve, reject) => {
        // Keyboards write one character in different ways.
        scrypt(password.normalize('NFKC'), salt, HASH_BYTES, cost, (error, key) => {
          if (error === null) resolve(key)
          else reject(error)
        })
      })
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < MAX_RUNNING) {
      this.#running += 1
      return
    }
    if (this.#waiting.length >= MAX_WAITING) {
      throw new LimitError('rate-limited', 'Too many log in at once. Please try again in a few seconds.', {
        ...{ status: {}, retryAfterMs: 5_000 },
      })
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
