import type { Continuo } from 'continuo'

type FaultList = Continuo['faults']
type FaultRule = Parameters<FaultList['add']>[0]

/** The name of a fault, such as `overloaded`. */
export type FaultName = FaultRule['fault']
/** How it strikes, and when. */
export type FaultOptions = Omit<FaultRule, 'fault'>

/** What goes wrong in a test. */
export class TestFaults {
  readonly #list: FaultList

  constructor(list: FaultList) {
    this.#list = list
  }

  /** Lets the next request meet a fault; `times` is how many more of them. */
  next(fault: FaultName, options: FaultOptions = {}): void {
    this.add(fault, { times: 1, ...options })
  }

  /** Lets every request meet a fault, or those that `when` names. */
  add(fault: FaultName, options: FaultOptions = {}): void {
    this.#list.add({ fault, ...options })
  }

  /** Removes all. */
  clear(): void {
    this.#list.remove(() => true)
  }
}
