import { signal } from '@preact/signals'

const SHOWN_MS = 5000

interface Toast {
  readonly id: number
  readonly text: string
}

const toasts = signal<readonly Toast[]>([])
let lastId = 0

/** Says in the corner of the page what was done, for some seconds. Errors stay where they happened instead. */
export function showToast(text: string): void {
  const id = ++lastId
  toasts.value = [...toasts.value.slice(-2), { id, text }]
  setTimeout(() => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }, SHOWN_MS)
}

export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, text }) => (
        <div key={id} class="toast fade">
          {text}
        </div>
      ))}
    </div>
  )
}
