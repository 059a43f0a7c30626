const schemes = { CT: 'CTNormalization', 'z-score': 'ZScoreNormalization', none: 'NoNormalization', 'rescale-to-0-1': 'RescaleTo01Normalization' };

const resampling = (isSegmentation, order) => ({ is_seg: isSegmentation, order, order_z: 0, force_separate_z: null });

/**
 * A plan of ours as nnU-Net 2.8 would have written it, configuration `3d_fullres`: the same network, patch, spacing and
 * normalisation, with nnU-Net's own names for what is done to data.
 *
 * @param {import('@geoscribe/model').Plan} plan
 * @returns {{plans: object, dataset: object}} contents of `nnUNetPlans.json` and `dataset.json`
 */
export function nnunetPlans(plan) {
  const { stages } = plan;
  const intensities = plan.foregroundIntensities.map(({ percentile00_5, percentile99_5, ...same }, channel) => [
    String(channel), { ...same, percentile_00_5: percentile00_5, percentile_99_5: percentile99_5 },
  ]);
  const configuration = {
    data_identifier: 'nnUNetPlans_3d_fullres',
    preprocessor_name: 'DefaultPreprocessor',
    batch_size: plan.batch,
    patch_size: plan.patch,
    median_image_size_in_voxels: plan.medianShape,
    spacing: plan.targetSpacing,
    normalization_schemes: plan.normalization.map(({ scheme }) => schemes[scheme]),
    use_mask_for_norm: plan.normalization.map(({ useMask }) => useMask),
    resampling_fn_data: 'resample_data_or_seg_to_shape',
    resampling_fn_seg: 'resample_data_or_seg_to_shape',
    resampling_fn_probabilities: 'resample_data_or_seg_to_shape',
    resampling_fn_data_kwargs: resampling(false, 3),
    resampling_fn_seg_kwargs: resampling(true, 1),
    resampling_fn_probabilities_kwargs: resampling(false, 1),
    architecture: {
      network_class_name: 'dynamic_network_architectures.architectures.unet.PlainConvUNet',
      arch_kwargs: {
        n_stages: stages.length,
        features_per_stage: stages.map(({ features }) => features),
        conv_op: 'torch.nn.modules.conv.Conv3d',
        kernel_sizes: stages.map(({ kernel }) => kernel),
        strides: stages.map(({ stride }) => stride),
        n_conv_per_stage: stages.map(({ encoderBlocks }) => encoderBlocks),
        n_conv_per_stage_decoder: stages.slice(0, -1).map(({ decoderBlocks }) => decoderBlocks),
        conv_bias: true,
        norm_op: 'torch.nn.modules.instancenorm.InstanceNorm3d',
        norm_op_kwargs: { eps: 1e-5, affine: true },
        dropout_op: null,
        dropout_op_kwargs: null,
        nonlin: 'torch.nn.LeakyReLU',
        nonlin_kwargs: { inplace: true },
      },
      _kw_requires_import: ['conv_op', 'norm_op', 'dropout_op', 'nonlin'],
    },
    batch_dice: plan.batchDice,
  };
  return {
    plans: {
      dataset_name: 'Dataset001_Benchmark',
      plans_name: 'nnUNetPlans',
      image_reader_writer: 'SimpleITKIO',
      transpose_forward: plan.transposeForward,
      transpose_backward: plan.transposeBackward,
      configurations: { '3d_fullres': configuration },
      experiment_planner_used: 'ExperimentPlanner',
      label_manager: 'LabelManager',
      foreground_intensity_properties_per_channel: Object.fromEntries(intensities),
    },
    dataset: {
      channel_names: Object.fromEntries(plan.dataset.channels.map((name, channel) => [String(channel), name])),
      labels: Object.fromEntries(plan.dataset.labels.map((name, value) => [name, value])),
      file_ending: '.nii.gz',
      numTraining: 1,
    },
  };
}
