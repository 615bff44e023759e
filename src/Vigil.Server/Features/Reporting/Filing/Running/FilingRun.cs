using System.Security.Cryptography;
using System.Text;
using Vigil.CyberTip;
using Vigil.CyberTip.Filing;
using Vigil.CyberTip.Service;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>One worker's run of one filing: as far as it goes without a person or a long wait.</summary>
internal sealed class FilingRun(
    TrustKernel kernel,
    Outbound outbound,
    MakeCalls calls,
    FilingLimits limits,
    Actor actor,
    FilingJournal journal,
    Peers peers
)
{
    private readonly Random _random = new(RandomNumberGenerator.GetInt32(int.MaxValue));

    /// <returns>Not before so long; null: when its state says.</returns>
    /// <exception cref="LedgerUnavailableException">Not signed: nothing left.</exception>
    /// <exception cref="DatabaseUnavailableException">What was to be kept is not.</exception>
    public async Task RunAsync(LeasedFiling leased, CancellationToken cancellation)
    {
        var begun =
            leased.State.CallNumber == 0
                ? await kernel.Db.SignedAsync(
                    actor,
                    Permission.ReportFile,
                    tx => BeginFiling.RunAsync(tx, leased),
                    cancellation
                )
                : await ReadAsync(leased, cancellation);
        if (begun is null)
        {
            return;
        }
        var steps = new FilingSteps(kernel, journal, peers, limits, actor, leased, begun.Version);
        if (FilingKinds.Of(leased.Report.Destination) == DeliveryKind.CyberTip)
        {
            await FileAsync(leased, begun, steps, cancellation);
        }
        else
        {
            await CallAsync(leased, begun, steps, cancellation);
        }
    }

    private async Task FileAsync(
        LeasedFiling leased,
        BegunFiling begun,
        FilingSteps steps,
        CancellationToken cancellation
    )
    {
        if (await OptionsAsync(leased.Report, cancellation) is not (var options, var checkedAt))
        {
            return;
        }
        (steps.CheckedAt, steps.Address) = (checkedAt, options.BaseAddress.AbsoluteUri);
        using var invoker = outbound.NewInvoker();
        var client = new CyberTipClient(invoker, options, kernel.Time);
        var work = new FilingWork
        {
            Report = begun.Material.Document,
            Files = [.. begun.Material.Files.Select(file => ContentOf(leased.Report, file))],
            SaveAsync = steps.SaveAsync,
        };
        var runner = new FilingRunner(client, _random, kernel.Time);
        try
        {
            await runner.RunAsync(begun.State, work, leased.Epoch, cancellation);
        }
        catch (ContentException e) when (e.Problem is ContentProblem.Elsewhere or ContentProblem.Busy)
        {
            // It is tried again: nobody must do anything.
        }
        catch (Exception e) when (IsOfFile(e))
        {
            await StopAsync(leased, steps, WaitReasons.Files);
        }
    }

    private async Task CallAsync(
        LeasedFiling leased,
        BegunFiling begun,
        FilingSteps steps,
        CancellationToken cancellation
    )
    {
        if (AllDestinations.Find(leased.Report.Destination) is not CallDestination destination)
        {
            await StopAsync(leased, steps, WaitReasons.NoSender);
            return;
        }
        steps.TargetSetAt = await kernel.Db.WriteAsync(
            actor,
            Permission.ReportFile,
            tx => CallTargets.SetAtAsync(tx, destination.Code, leased.Report.Environment),
            cancellation
        );
        await new CallFiling(kernel.Time, _random.NextDouble).RunAsync(
            begun.State,
            leased.Epoch,
            (step, remoteId) => steps.PersistAsync(step, remoteId, cancellation),
            stop => calls.SendAsync(actor, leased.Report, destination, begun.Material.Document, stop),
            cancellation
        );
    }

    /// <summary>What was approved cannot change any more once a call was announced.</summary>
    private Task<BegunFiling?> ReadAsync(LeasedFiling leased, CancellationToken cancellation) =>
        kernel.Db.ReadAsync(
            actor,
            Permission.ReportFile,
            async tx =>
                await FilingMaterial.ReadAsync(tx, leased.Report.Id) is { } material
                    ? new BegunFiling(leased.State, leased.Version, material)
                    : null,
            cancellation
        );

    /// <summary>Of the report's own environment, and when they were checked; or none.</summary>
    private Task<(CyberTipOptions Options, DateTimeOffset? CheckedAt)?> OptionsAsync(
        ReportRow report,
        CancellationToken cancellation
    ) =>
        kernel.Db.ReadAsync<(CyberTipOptions, DateTimeOffset?)?>(
            actor,
            Permission.ReportFile,
            async tx =>
                await FilingEnvironment.FindAsync(tx, report.Environment) is { IsChecked: true } found
                && found.Environment == report.Environment
                && (report.Environment == ReportEnvironment.Test || !report.IsTest)
                    ? (found.OptionsOf(tx, limits.CallTimeout), found.CheckedAt)
                    : null,
            cancellation
        );

    /// <summary>Opened for this report alone, each time in the signed ledger first.</summary>
    private FilingContent ContentOf(ReportRow report, ApprovedFile file) =>
        new()
        {
            FileName = file.FileName.Length > 0 ? file.FileName : "file",
            Details = file.ReadDetails(),
            OpenAsync = stop =>
                file.Text is { } words
                    ? Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(words)))
                    : kernel.Contents.OpenAsync(
                        actor,
                        file.ContentId!.Value,
                        Permission.ContentExport,
                        $"Filed with report {report.Id}.",
                        stop
                    ),
        };

    private Task<bool> StopAsync(LeasedFiling leased, FilingSteps steps, string why) =>
        kernel.Db.ActAsync(
            actor,
            Permission.ReportFile,
            tx => BeginFiling.StopAsync(tx, leased, steps.Version, why),
            CancellationToken.None
        );

    private static bool IsOfFile(Exception e) =>
        e
            is ContentException
                or Files.SealBrokenException
                or Files.KeyRingException
                or Files.InputFileException;
}
