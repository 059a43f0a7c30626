import { z } from 'zod';

const triple = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);
const count = z.number().int().positive();
const sizes = z.tuple([count, count, count]);
const counts = z.array(count);
const axis = z.union([z.literal(0), z.literal(1), z.literal(2)]);

/** Arguments of nnU-Net's own resampling, with the order that we implement for its kind of data. */
const resamplingArguments = (order: number, isSegmentation: boolean) =>
  z.object({ is_seg: z.literal(isSegmentation), order: z.literal(order), order_z: z.literal(0), force_separate_z: z.null() });
const resamplingFunction = z.literal('resample_data_or_seg_to_shape');

/** The plain convolutional U-Net as we build it; a residual encoder or another norm is not. */
const architecture = z.object({
  network_class_name: z.literal('dynamic_network_architectures.architectures.unet.PlainConvUNet'),
  arch_kwargs: z.object({
    features_per_stage: counts.min(2),
    kernel_sizes: z.array(z.tuple([z.literal([1, 3]), z.literal([1, 3]), z.literal([1, 3])])),
    strides: z.array(sizes),
    n_conv_per_stage: counts,
    n_conv_per_stage_decoder: counts,
    conv_op: z.literal('torch.nn.modules.conv.Conv3d'),
    conv_bias: z.literal(true),
    norm_op: z.literal('torch.nn.modules.instancenorm.InstanceNorm3d'),
    norm_op_kwargs: z.object({ eps: z.literal(1e-5), affine: z.literal(true) }),
    dropout_op: z.null(),
    nonlin: z.literal('torch.nn.LeakyReLU'),
    nonlin_kwargs: z.object({ negative_slope: z.literal(0.01).optional() }),
  }),
});

const configuration = z.object({
  preprocessor_name: z.literal('DefaultPreprocessor'),
  batch_size: count,
  patch_size: sizes,
  median_image_size_in_voxels: triple,
  spacing: triple,
  normalization_schemes: z.array(
    z.literal(['CTNormalization', 'ZScoreNormalization', 'NoNormalization', 'RescaleTo01Normalization']),
  ),
  use_mask_for_norm: z.array(z.boolean()),
  resampling_fn_data: resamplingFunction,
  resampling_fn_data_kwargs: resamplingArguments(3, false),
  resampling_fn_seg: resamplingFunction,
  resampling_fn_seg_kwargs: resamplingArguments(1, true),
  resampling_fn_probabilities: resamplingFunction,
  resampling_fn_probabilities_kwargs: resamplingArguments(1, false),
  batch_dice: z.boolean(),
  architecture,
});

/** What we read of an `nnUNetPlans.json` of nnU-Net 2.5 or newer; everything that we would do otherwise is refused. */
export const nnunetPlansSchema = z.object({
  transpose_forward: z.tuple([axis, axis, axis]),
  configurations: z.object({ '3d_fullres': configuration }),
  foreground_intensity_properties_per_channel: z.record(
    z.string(),
    z.object({
      mean: z.number(),
      median: z.number(),
      std: z.number().nonnegative(),
      min: z.number(),
      max: z.number(),
      percentile_00_5: z.number(),
      percentile_99_5: z.number(),
    }),
  ),
});

export type NnunetPlans = z.infer<typeof nnunetPlansSchema>;
