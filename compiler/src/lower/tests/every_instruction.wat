;; Every instruction that is not on vectors, for `super`'s test that none is forgotten.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (type $pair (func (param i32 i64) (result i64 i32)))
  (memory (export "memory") 1 4)
  (table $functions 4 8 funcref)
  (table $others 2 externref)
  (global $counter (mut i32) (i32.const 7))
  (global $limit i64 (i64.const 9))
  (data $data "some bytes")
  (elem $elements funcref (ref.func $swap) (ref.null func))
  (elem (i32.const 0) $swap)
  (func (export "_start"))

  (func (export "i32.clz") (param i32) (result i32)
    local.get 0
    i32.clz)
  (func (export "i32.ctz") (param i32) (result i32)
    local.get 0
    i32.ctz)
  (func (export "i32.popcnt") (param i32) (result i32)
    local.get 0
    i32.popcnt)
  (func (export "i32.extend8_s") (param i32) (result i32)
    local.get 0
    i32.extend8_s)
  (func (export "i32.extend16_s") (param i32) (result i32)
    local.get 0
    i32.extend16_s)
  (func (export "i32.eqz") (param i32) (result i32)
    local.get 0
    i32.eqz)
  (func (export "i32.add") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.add)
  (func (export "i32.sub") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.sub)
  (func (export "i32.mul") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.mul)
  (func (export "i32.div_s") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.div_s)
  (func (export "i32.div_u") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.div_u)
  (func (export "i32.rem_s") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.rem_s)
  (func (export "i32.rem_u") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.rem_u)
  (func (export "i32.and") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.and)
  (func (export "i32.or") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.or)
  (func (export "i32.xor") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.xor)
  (func (export "i32.shl") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.shl)
  (func (export "i32.shr_s") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.shr_s)
  (func (export "i32.shr_u") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.shr_u)
  (func (export "i32.rotl") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.rotl)
  (func (export "i32.rotr") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.rotr)
  (func (export "i32.eq") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.eq)
  (func (export "i32.ne") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.ne)
  (func (export "i32.lt_s") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.lt_s)
  (func (export "i32.lt_u") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.lt_u)
  (func (export "i32.gt_s") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.gt_s)
  (func (export "i32.gt_u") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.gt_u)
  (func (export "i32.le_s") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.le_s)
  (func (export "i32.le_u") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.le_u)
  (func (export "i32.ge_s") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.ge_s)
  (func (export "i32.ge_u") (param i32 i32) (result i32)
    local.get 0 local.get 1
    i32.ge_u)
  (func (export "i32.trunc_f32_s") (param f32) (result i32)
    local.get 0
    i32.trunc_f32_s)
  (func (export "i32.trunc_sat_f32_s") (param f32) (result i32)
    local.get 0
    i32.trunc_sat_f32_s)
  (func (export "i32.trunc_f32_u") (param f32) (result i32)
    local.get 0
    i32.trunc_f32_u)
  (func (export "i32.trunc_sat_f32_u") (param f32) (result i32)
    local.get 0
    i32.trunc_sat_f32_u)
  (func (export "i32.trunc_f64_s") (param f64) (result i32)
    local.get 0
    i32.trunc_f64_s)
  (func (export "i32.trunc_sat_f64_s") (param f64) (result i32)
    local.get 0
    i32.trunc_sat_f64_s)
  (func (export "i32.trunc_f64_u") (param f64) (result i32)
    local.get 0
    i32.trunc_f64_u)
  (func (export "i32.trunc_sat_f64_u") (param f64) (result i32)
    local.get 0
    i32.trunc_sat_f64_u)
  (func (export "i64.clz") (param i64) (result i64)
    local.get 0
    i64.clz)
  (func (export "i64.ctz") (param i64) (result i64)
    local.get 0
    i64.ctz)
  (func (export "i64.popcnt") (param i64) (result i64)
    local.get 0
    i64.popcnt)
  (func (export "i64.extend8_s") (param i64) (result i64)
    local.get 0
    i64.extend8_s)
  (func (export "i64.extend16_s") (param i64) (result i64)
    local.get 0
    i64.extend16_s)
  (func (export "i64.extend32_s") (param i64) (result i64)
    local.get 0
    i64.extend32_s)
  (func (export "i64.eqz") (param i64) (result i32)
    local.get 0
    i64.eqz)
  (func (export "i64.add") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.add)
  (func (export "i64.sub") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.sub)
  (func (export "i64.mul") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.mul)
  (func (export "i64.div_s") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.div_s)
  (func (export "i64.div_u") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.div_u)
  (func (export "i64.rem_s") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.rem_s)
  (func (export "i64.rem_u") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.rem_u)
  (func (export "i64.and") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.and)
  (func (export "i64.or") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.or)
  (func (export "i64.xor") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.xor)
  (func (export "i64.shl") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.shl)
  (func (export "i64.shr_s") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.shr_s)
  (func (export "i64.shr_u") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.shr_u)
  (func (export "i64.rotl") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.rotl)
  (func (export "i64.rotr") (param i64 i64) (result i64)
    local.get 0 local.get 1
    i64.rotr)
  (func (export "i64.eq") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.eq)
  (func (export "i64.ne") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.ne)
  (func (export "i64.lt_s") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.lt_s)
  (func (export "i64.lt_u") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.lt_u)
  (func (export "i64.gt_s") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.gt_s)
  (func (export "i64.gt_u") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.gt_u)
  (func (export "i64.le_s") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.le_s)
  (func (export "i64.le_u") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.le_u)
  (func (export "i64.ge_s") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.ge_s)
  (func (export "i64.ge_u") (param i64 i64) (result i32)
    local.get 0 local.get 1
    i64.ge_u)
  (func (export "i64.trunc_f32_s") (param f32) (result i64)
    local.get 0
    i64.trunc_f32_s)
  (func (export "i64.trunc_sat_f32_s") (param f32) (result i64)
    local.get 0
    i64.trunc_sat_f32_s)
  (func (export "i64.trunc_f32_u") (param f32) (result i64)
    local.get 0
    i64.trunc_f32_u)
  (func (export "i64.trunc_sat_f32_u") (param f32) (result i64)
    local.get 0
    i64.trunc_sat_f32_u)
  (func (export "i64.trunc_f64_s") (param f64) (result i64)
    local.get 0
    i64.trunc_f64_s)
  (func (export "i64.trunc_sat_f64_s") (param f64) (result i64)
    local.get 0
    i64.trunc_sat_f64_s)
  (func (export "i64.trunc_f64_u") (param f64) (result i64)
    local.get 0
    i64.trunc_f64_u)
  (func (export "i64.trunc_sat_f64_u") (param f64) (result i64)
    local.get 0
    i64.trunc_sat_f64_u)
  (func (export "f32.abs") (param f32) (result f32)
    local.get 0
    f32.abs)
  (func (export "f32.neg") (param f32) (result f32)
    local.get 0
    f32.neg)
  (func (export "f32.ceil") (param f32) (result f32)
    local.get 0
    f32.ceil)
  (func (export "f32.floor") (param f32) (result f32)
    local.get 0
    f32.floor)
  (func (export "f32.trunc") (param f32) (result f32)
    local.get 0
    f32.trunc)
  (func (export "f32.nearest") (param f32) (result f32)
    local.get 0
    f32.nearest)
  (func (export "f32.sqrt") (param f32) (result f32)
    local.get 0
    f32.sqrt)
  (func (export "f32.add") (param f32 f32) (result f32)
    local.get 0 local.get 1
    f32.add)
  (func (export "f32.sub") (param f32 f32) (result f32)
    local.get 0 local.get 1
    f32.sub)
  (func (export "f32.mul") (param f32 f32) (result f32)
    local.get 0 local.get 1
    f32.mul)
  (func (export "f32.div") (param f32 f32) (result f32)
    local.get 0 local.get 1
    f32.div)
  (func (export "f32.min") (param f32 f32) (result f32)
    local.get 0 local.get 1
    f32.min)
  (func (export "f32.max") (param f32 f32) (result f32)
    local.get 0 local.get 1
    f32.max)
  (func (export "f32.copysign") (param f32 f32) (result f32)
    local.get 0 local.get 1
    f32.copysign)
  (func (export "f32.eq") (param f32 f32) (result i32)
    local.get 0 local.get 1
    f32.eq)
  (func (export "f32.ne") (param f32 f32) (result i32)
    local.get 0 local.get 1
    f32.ne)
  (func (export "f32.lt") (param f32 f32) (result i32)
    local.get 0 local.get 1
    f32.lt)
  (func (export "f32.gt") (param f32 f32) (result i32)
    local.get 0 local.get 1
    f32.gt)
  (func (export "f32.le") (param f32 f32) (result i32)
    local.get 0 local.get 1
    f32.le)
  (func (export "f32.ge") (param f32 f32) (result i32)
    local.get 0 local.get 1
    f32.ge)
  (func (export "f32.convert_i32_s") (param i32) (result f32)
    local.get 0
    f32.convert_i32_s)
  (func (export "f32.convert_i32_u") (param i32) (result f32)
    local.get 0
    f32.convert_i32_u)
  (func (export "f32.convert_i64_s") (param i64) (result f32)
    local.get 0
    f32.convert_i64_s)
  (func (export "f32.convert_i64_u") (param i64) (result f32)
    local.get 0
    f32.convert_i64_u)
  (func (export "f64.abs") (param f64) (result f64)
    local.get 0
    f64.abs)
  (func (export "f64.neg") (param f64) (result f64)
    local.get 0
    f64.neg)
  (func (export "f64.ceil") (param f64) (result f64)
    local.get 0
    f64.ceil)
  (func (export "f64.floor") (param f64) (result f64)
    local.get 0
    f64.floor)
  (func (export "f64.trunc") (param f64) (result f64)
    local.get 0
    f64.trunc)
  (func (export "f64.nearest") (param f64) (result f64)
    local.get 0
    f64.nearest)
  (func (export "f64.sqrt") (param f64) (result f64)
    local.get 0
    f64.sqrt)
  (func (export "f64.add") (param f64 f64) (result f64)
    local.get 0 local.get 1
    f64.add)
  (func (export "f64.sub") (param f64 f64) (result f64)
    local.get 0 local.get 1
    f64.sub)
  (func (export "f64.mul") (param f64 f64) (result f64)
    local.get 0 local.get 1
    f64.mul)
  (func (export "f64.div") (param f64 f64) (result f64)
    local.get 0 local.get 1
    f64.div)
  (func (export "f64.min") (param f64 f64) (result f64)
    local.get 0 local.get 1
    f64.min)
  (func (export "f64.max") (param f64 f64) (result f64)
    local.get 0 local.get 1
    f64.max)
  (func (export "f64.copysign") (param f64 f64) (result f64)
    local.get 0 local.get 1
    f64.copysign)
  (func (export "f64.eq") (param f64 f64) (result i32)
    local.get 0 local.get 1
    f64.eq)
  (func (export "f64.ne") (param f64 f64) (result i32)
    local.get 0 local.get 1
    f64.ne)
  (func (export "f64.lt") (param f64 f64) (result i32)
    local.get 0 local.get 1
    f64.lt)
  (func (export "f64.gt") (param f64 f64) (result i32)
    local.get 0 local.get 1
    f64.gt)
  (func (export "f64.le") (param f64 f64) (result i32)
    local.get 0 local.get 1
    f64.le)
  (func (export "f64.ge") (param f64 f64) (result i32)
    local.get 0 local.get 1
    f64.ge)
  (func (export "f64.convert_i32_s") (param i32) (result f64)
    local.get 0
    f64.convert_i32_s)
  (func (export "f64.convert_i32_u") (param i32) (result f64)
    local.get 0
    f64.convert_i32_u)
  (func (export "f64.convert_i64_s") (param i64) (result f64)
    local.get 0
    f64.convert_i64_s)
  (func (export "f64.convert_i64_u") (param i64) (result f64)
    local.get 0
    f64.convert_i64_u)
  (func (export "i32.wrap_i64") (param i64) (result i32)
    local.get 0
    i32.wrap_i64)
  (func (export "i64.extend_i32_s") (param i32) (result i64)
    local.get 0
    i64.extend_i32_s)
  (func (export "i64.extend_i32_u") (param i32) (result i64)
    local.get 0
    i64.extend_i32_u)
  (func (export "f32.demote_f64") (param f64) (result f32)
    local.get 0
    f32.demote_f64)
  (func (export "f64.promote_f32") (param f32) (result f64)
    local.get 0
    f64.promote_f32)
  (func (export "i32.reinterpret_f32") (param f32) (result i32)
    local.get 0
    i32.reinterpret_f32)
  (func (export "i64.reinterpret_f64") (param f64) (result i64)
    local.get 0
    i64.reinterpret_f64)
  (func (export "f32.reinterpret_i32") (param i32) (result f32)
    local.get 0
    f32.reinterpret_i32)
  (func (export "f64.reinterpret_i64") (param i64) (result f64)
    local.get 0
    f64.reinterpret_i64)
  (func (export "i32.load offset=8") (param i32) (result i32)
    local.get 0
    i32.load offset=8)
  (func (export "i32.store offset=8") (param i32 i32)
    local.get 0 local.get 1
    i32.store offset=8)
  (func (export "i64.load offset=8") (param i32) (result i64)
    local.get 0
    i64.load offset=8)
  (func (export "i64.store offset=8") (param i32 i64)
    local.get 0 local.get 1
    i64.store offset=8)
  (func (export "f32.load offset=8") (param i32) (result f32)
    local.get 0
    f32.load offset=8)
  (func (export "f32.store offset=8") (param i32 f32)
    local.get 0 local.get 1
    f32.store offset=8)
  (func (export "f64.load offset=8") (param i32) (result f64)
    local.get 0
    f64.load offset=8)
  (func (export "f64.store offset=8") (param i32 f64)
    local.get 0 local.get 1
    f64.store offset=8)
  (func (export "i32.load8_s") (param i32) (result i32)
    local.get 0
    i32.load8_s)
  (func (export "i32.load8_u") (param i32) (result i32)
    local.get 0
    i32.load8_u)
  (func (export "i32.store8") (param i32 i32)
    local.get 0 local.get 1
    i32.store8)
  (func (export "i32.load16_s") (param i32) (result i32)
    local.get 0
    i32.load16_s)
  (func (export "i32.load16_u") (param i32) (result i32)
    local.get 0
    i32.load16_u)
  (func (export "i32.store16") (param i32 i32)
    local.get 0 local.get 1
    i32.store16)
  (func (export "i64.load8_s") (param i32) (result i64)
    local.get 0
    i64.load8_s)
  (func (export "i64.load8_u") (param i32) (result i64)
    local.get 0
    i64.load8_u)
  (func (export "i64.store8") (param i32 i64)
    local.get 0 local.get 1
    i64.store8)
  (func (export "i64.load16_s") (param i32) (result i64)
    local.get 0
    i64.load16_s)
  (func (export "i64.load16_u") (param i32) (result i64)
    local.get 0
    i64.load16_u)
  (func (export "i64.store16") (param i32 i64)
    local.get 0 local.get 1
    i64.store16)
  (func (export "i64.load32_s") (param i32) (result i64)
    local.get 0
    i64.load32_s)
  (func (export "i64.load32_u") (param i32) (result i64)
    local.get 0
    i64.load32_u)
  (func (export "i64.store32") (param i32 i64)
    local.get 0 local.get 1
    i64.store32)
  (func (export "memory.size") (result i32)
    
    memory.size)
  (func (export "memory.grow") (param i32) (result i32)
    local.get 0
    memory.grow)
  (func (export "memory.copy") (param i32 i32 i32)
    local.get 0 local.get 1 local.get 2
    memory.copy)
  (func (export "memory.fill") (param i32 i32 i32)
    local.get 0 local.get 1 local.get 2
    memory.fill)
  (func (export "memory.init $data") (param i32 i32 i32)
    local.get 0 local.get 1 local.get 2
    memory.init $data)
  (func (export "data.drop $data")
    
    data.drop $data)
  (func (export "table.get $functions") (param i32) (result funcref)
    local.get 0
    table.get $functions)
  (func (export "table.set $functions") (param i32 funcref)
    local.get 0 local.get 1
    table.set $functions)
  (func (export "table.size $functions") (result i32)
    
    table.size $functions)
  (func (export "table.grow $functions") (param funcref i32) (result i32)
    local.get 0 local.get 1
    table.grow $functions)
  (func (export "table.fill $functions") (param i32 funcref i32)
    local.get 0 local.get 1 local.get 2
    table.fill $functions)
  (func (export "table.copy $functions $functions") (param i32 i32 i32)
    local.get 0 local.get 1 local.get 2
    table.copy $functions $functions)
  (func (export "table.get $others") (param i32) (result externref)
    local.get 0
    table.get $others)
  (func (export "table.set $others") (param i32 externref)
    local.get 0 local.get 1
    table.set $others)
  (func (export "table.size $others") (result i32)
    
    table.size $others)
  (func (export "table.grow $others") (param externref i32) (result i32)
    local.get 0 local.get 1
    table.grow $others)
  (func (export "table.fill $others") (param i32 externref i32)
    local.get 0 local.get 1 local.get 2
    table.fill $others)
  (func (export "table.copy $others $others") (param i32 i32 i32)
    local.get 0 local.get 1 local.get 2
    table.copy $others $others)
  (func (export "table.init $functions $elements") (param i32 i32 i32)
    local.get 0 local.get 1 local.get 2
    table.init $functions $elements)
  (func (export "elem.drop $elements")
    
    elem.drop $elements)
  (func (export "ref.null func") (result funcref)
    
    ref.null func)
  (func (export "ref.is_null") (param externref) (result i32)
    local.get 0
    ref.is_null)
  (func (export "ref.func $swap") (result funcref)
    
    ref.func $swap)
  (func (export "global.get $counter") (result i32)
    
    global.get $counter)
  (func (export "global.set $counter") (param i32)
    local.get 0
    global.set $counter)
  (func (export "global.get $limit") (result i64)
    
    global.get $limit)
  (func (export "select") (param f64 f64 i32) (result f64)
    local.get 0 local.get 1 local.get 2
    select)
  (func (export "select (result externref)") (param externref externref i32) (result externref)
    local.get 0 local.get 1 local.get 2
    select (result externref))
  (func (export "call $random_get") (param i32 i32) (result i32)
    local.get 0 local.get 1
    call $random_get)
  (func (export "drop") (param i32)
    local.get 0
    drop)
  (func (export "nop")
    
    nop)
  (func (export "unreachable")
    
    unreachable)
  (func (export "i32.const -1") (result i32)
    
    i32.const -1)
  (func (export "i64.const -1") (result i64)
    
    i64.const -1)
  (func (export "f32.const -nan:0x200001") (result f32)
    
    f32.const -nan:0x200001)
  (func (export "f64.const -0") (result f64)
    
    f64.const -0)
  (func $swap (param i32 i64) (result i64 i32)
    local.get 1
    local.get 0
    return)
  (func (export "call_indirect") (param i32 i64 i32) (result i64 i32)
    local.get 0
    local.get 1
    local.get 2
    call_indirect $functions (type $pair))
  (func (export "control") (param i32 i64) (result i32) (local i32 f64)
    block $out
      loop $again (result i32)
        local.get 0
        local.tee 2
        br_if $again
        local.get 2
        if (result i32)
          i32.const 1
        else
          br $out
        end
      end
      local.set 2
      block $a
        block $b
          local.get 2
          br_table $a $b $a $out
        end
      end
    end
    local.get 2)

  (func (export "return_call") (param i32 i64) (result i64 i32)
    (return_call $swap (local.get 0) (local.get 1)))
  (func (export "return_call_indirect") (param i32 i64) (result i64 i32)
    (return_call_indirect $functions (type $pair) (local.get 0) (local.get 1) (local.get 0)))

  (func (export "i64.add128") (param i64 i64 i64 i64) (result i64 i64)
    (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "i64.sub128") (param i64 i64 i64 i64) (result i64 i64)
    (i64.sub128 (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func (export "i64.mul_wide_s") (param i64 i64) (result i64 i64)
    (i64.mul_wide_s (local.get 0) (local.get 1)))
  (func (export "i64.mul_wide_u") (param i64 i64) (result i64 i64)
    (i64.mul_wide_u (local.get 0) (local.get 1)))

  (func (export "call_ref") (param i32 i64 (ref null $pair)) (result i64 i32)
    (call_ref $pair (local.get 0) (local.get 1) (local.get 2)))
  (func (export "return_call_ref") (param i32 i64 (ref null $pair)) (result i64 i32)
    (return_call_ref $pair (local.get 0) (local.get 1) (local.get 2)))
  (func (export "ref.as_non_null") (param (ref null $pair)) (result (ref $pair))
    (ref.as_non_null (local.get 0)))
  (func (export "br_on_null") (param (ref null $pair)) (result i32)
    (block $null
      (drop (br_on_null $null (local.get 0)))
      (return (i32.const 1)))
    (i32.const 0))
  (func (export "br_on_non_null") (param externref) (result (ref null extern))
    (block $found (result (ref extern))
      (br_on_non_null $found (local.get 0))
      (return (ref.null extern)))))
