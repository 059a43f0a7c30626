import type { Command } from 'commander';
import { formatReportTable, mlflowSettings } from '@geoscribe/model';
import { deliverResults } from '../campaigns/deliver-results.js';
import { sendToMlflow } from '../campaigns/send-to-mlflow.js';
import { exitCodes } from '../output/exit-codes.js';
import { withCampaignDesk } from '../runtime/campaign-desk.js';
import { chooseCampaign } from '../runtime/choose-campaign.js';
import type { CommandContext, RunCommand } from './command-context.js';

export function registerReport(program: Command, run: RunCommand): void {
  program
    .command('report [name]')
    .description('wait for a campaign to end, write report.html, report.json, model.onnx, network.safetensors and curves/ into its folder, print the table')
    .option('--mlflow <uri>', 'send the curves to an MLflow server, too (default: MLFLOW_TRACKING_URI)')
    .action(run(report));
}

async function report({ home, environment, print, progress, warn }: CommandContext, name: string | undefined, options: { mlflow?: string }): Promise<number> {
  const mlflow = mlflowSettings(environment, options.mlflow === undefined ? {} : { uri: options.mlflow });
  return withCampaignDesk(home, async (desk) => {
    const chosen = await chooseCampaign(desk.client, name);
    const { status, execution } = await desk.client.overview(chosen);
    if (status.waiting) {
      print({ campaign: chosen, waiting: true }, `Campaign ${chosen} waits for a person; there is no report yet.\n`);
      return exitCodes.waiting;
    }
    if (execution !== 'COMPLETED' && execution !== 'RUNNING') {
      print({ campaign: chosen, execution }, `Campaign ${chosen} ended as ${execution.toLowerCase()} without a report. See \`geoscribe status ${chosen}\`.\n`);
      return exitCodes.failure;
    }
    const results = await deliverResults(home, desk, chosen, await desk.client.result(chosen));
    print(results.report, `${formatReportTable(results.report)}\nReport: ${results.html}\nModel:  ${results.model}\nWeights and optimiser, for another campaign: ${results.checkpoint}\n${results.curves === null ? '' : `Curves, for TensorBoard's --logdir too: ${results.curves}\n`}`);
    if (mlflow === null || results.curves === null) return exitCodes.ok;
    const { runs, failure } = await sendToMlflow(results.report, results.curves, mlflow);
    if (runs.length > 0) progress.line(`MLflow has ${runs.join(', ')}.`);
    if (failure === null) return exitCodes.ok;
    warn(`MLflow lacks curves of ${chosen}: ${failure}. The files are written; \`geoscribe report ${chosen}\` sends what is missing.`);
    return exitCodes.failure;
  });
}
