import type koffi from 'koffi'

/** An address in C; null is C's NULL. */
export type Pointer = bigint | null

/** A shared library that is loaded. */
export type NativeLibrary = ReturnType<typeof koffi.load>
