/**
 * The C structs that llama.cpp 0.5.0 takes and returns by value, field by field in the order of its headers.
 * Another release may lay them out differently: `scripts/check-llama-structs.ts` compares them with the header of the
 * same release, and `llama-library.ts` looks at known default values before it trusts them.
 */
export const LLAMA_VERSION = '0.5.0'

type Fields = Readonly<Record<string, FieldType>>
type FieldType = 'void*' | 'int32' | 'int64' | 'uint32' | 'int' | 'float' | 'bool' | 'size_t' | 'bool[512]'

/** `struct llama_model_params` */
export const MODEL_PARAMS: Fields = {
  devices: 'void*',
  tensor_buft_overrides: 'void*',
  n_gpu_layers: 'int32',
  split_mode: 'int',
  load_mode: 'int',
  lazy_mode: 'int',
  main_gpu: 'int32',
  tensor_split: 'void*',
  progress_callback: 'void*',
  progress_callback_user_data: 'void*',
  kv_overrides: 'void*',
  vocab_only: 'bool',
  check_tensors: 'bool',
  use_extra_bufts: 'bool',
  no_host: 'bool',
  no_alloc: 'bool',
  load_mtp: 'bool',
}

/** `struct llama_context_params` */
export const CONTEXT_PARAMS: Fields = {
  n_ctx: 'uint32',
  n_batch: 'uint32',
  n_ubatch: 'uint32',
  n_seq_max: 'uint32',
  n_rs_seq: 'uint32',
  n_outputs_max: 'uint32',
  n_outputs_max_per_seq: 'uint32',
  n_threads: 'int32',
  n_threads_batch: 'int32',
  ctx_type: 'int',
  rope_scaling_type: 'int',
  pooling_type: 'int',
  attention_type: 'int',
  flash_attn_type: 'int',
  rope_freq_base: 'float',
  rope_freq_scale: 'float',
  yarn_ext_factor: 'float',
  yarn_attn_factor: 'float',
  yarn_beta_fast: 'float',
  yarn_beta_slow: 'float',
  yarn_orig_ctx: 'uint32',
  defrag_thold: 'float',
  cb_eval: 'void*',
  cb_eval_user_data: 'void*',
  type_k: 'int',
  type_v: 'int',
  abort_callback: 'void*',
  abort_callback_data: 'void*',
  embeddings: 'bool',
  offload_kqv: 'bool',
  no_perf: 'bool',
  op_offload: 'bool',
  swa_full: 'bool',
  kv_unified: 'bool',
  samplers: 'void*',
  n_samplers: 'size_t',
  ctx_other: 'void*',
}

/** `struct llama_batch` */
export const BATCH: Fields = {
  n_tokens: 'int32',
  token: 'void*',
  embd: 'void*',
  pos: 'void*',
  n_seq_id: 'void*',
  seq_id: 'void*',
  logits: 'void*',
}

/** `struct llama_sampler_chain_params` */
export const SAMPLER_CHAIN_PARAMS: Fields = { no_perf: 'bool' }

/** `struct llama_token_data` */
export const TOKEN_DATA: Fields = { id: 'int32', logit: 'float', p: 'float' }

/** `struct llama_token_data_array` */
export const TOKEN_DATA_ARRAY: Fields = { data: 'void*', size: 'size_t', selected: 'int64', sorted: 'bool' }

/** `struct ggml_threadpool_params`; 512 is GGML_MAX_N_THREADS. */
export const THREADPOOL_PARAMS: Fields = {
  cpumask: 'bool[512]',
  n_threads: 'int',
  prio: 'int',
  poll: 'uint32',
  strict_cpu: 'bool',
  paused: 'bool',
}

/** Values that `llama_model_default_params` of this release returns. */
export const MODEL_DEFAULTS: Readonly<Record<string, number | boolean>> = {
  main_gpu: 0,
  vocab_only: false,
  check_tensors: false,
  no_alloc: false,
}

/** Values that `llama_context_default_params` of this release returns. */
export const CONTEXT_DEFAULTS: Readonly<Record<string, number | boolean>> = {
  n_ctx: 512,
  n_batch: 2048,
  n_ubatch: 512,
  n_seq_max: 1,
  flash_attn_type: -1,
  type_k: 1,
  type_v: 1,
  offload_kqv: true,
  no_perf: true,
  kv_unified: false,
}
