import protobuf from 'protobufjs/light.js';

/**
 * The part of the ONNX file format that this project writes and reads: messages and field numbers of the public
 * `onnx.proto` (IR version 8). Fields that it never uses are skipped on reading.
 */
const format = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        producerVersion: { type: 'string', id: 3 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
        metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 14 },
      },
    },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    StringStringEntryProto: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
        domain: { type: 'string', id: 7 },
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        ints: { rule: 'repeated', type: 'int64', id: 8, options: { packed: false } },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1, options: { packed: false } },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
        externalData: { rule: 'repeated', type: 'StringStringEntryProto', id: 13 },
        dataLocation: { type: 'int32', id: 14 },
      },
    },
    ValueInfoProto: { fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    TypeProto: { fields: { tensorType: { type: 'TensorTypeProto', id: 1 } } },
    TensorTypeProto: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } } },
    TensorShapeProto: { fields: { dim: { rule: 'repeated', type: 'DimensionProto', id: 1 } } },
    DimensionProto: { fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } } },
  },
});

/** `TensorProto.DataType.FLOAT`. */
export const onnxFloat = 1;

/** `AttributeProto.AttributeType` of the three kinds of attributes that are written. */
const attributeTypes = { f: 1, i: 2, ints: 7 } as const;

export interface OnnxAttribute {
  name: string;
  f?: number;
  i?: number;
  ints?: number[];
  type: number;
}

export interface OnnxNode {
  name: string;
  opType: string;
  input: string[];
  output: string[];
  attribute: OnnxAttribute[];
  /** Of the operator; absent for ONNX's own. */
  domain?: string;
}

export interface OnnxTensor {
  name: string;
  dims: number[];
  dataType: number;
  rawData: Uint8Array;
  /** Where the values lie in another file: never written. */
  externalData?: { key: string; value: string }[];
  /** 1 for another file. */
  dataLocation?: number;
}

export interface OnnxValueInfo {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: ({ dimValue: number } | { dimParam: string })[] } } };
}

export interface OnnxModel {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  graph: { name: string; node: OnnxNode[]; initializer: OnnxTensor[]; input: OnnxValueInfo[]; output: OnnxValueInfo[] };
  opsetImport: { domain: string; version: number }[];
  metadataProps: { key: string; value: string }[];
}

export function floatAttribute(name: string, f: number): OnnxAttribute {
  return { name, f, type: attributeTypes.f };
}

export function integerAttribute(name: string, i: number): OnnxAttribute {
  return { name, i, type: attributeTypes.i };
}

export function integersAttribute(name: string, ints: number[]): OnnxAttribute {
  return { name, ints, type: attributeTypes.ints };
}

/** Bytes of a model; equal models give equal bytes. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const type = format.lookupType('ModelProto');
  return type.encode(type.fromObject(model)).finish();
}

/** Throws protobufjs' error where the bytes are no protobuf message. */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  const type = format.lookupType('ModelProto');
  return type.toObject(type.decode(bytes), { longs: Number, arrays: true }) as OnnxModel;
}
