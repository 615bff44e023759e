using Vigil.CyberTip.Filing;
using Vigil.Server.Features.Reporting.Approving;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Running;

/// <summary>What a worker goes on with.</summary>
internal sealed record BegunFiling(FilingState State, long Version, FilingMaterial Material);

/// <summary>
/// The act before the first byte leaves: asked again whether it may, told to the ledger, signed. Until its first call
/// is
/// announced it is repeated by each worker, because nobody knows whether the one before saw it signed.
/// </summary>
internal static class BeginFiling
{
    /// <summary>Null: it does not begin; its row says why, or it is gone with the approval.</summary>
    public static async Task<BegunFiling?> RunAsync(Tx tx, LeasedFiling leased)
    {
        var id = leased.Report.Id;
        var row = await FilingRow.LockAsync(tx, id);
        var report = await ReportRow.LockAsync(tx, id);
        if (row is null || report is null || row.Epoch != leased.Epoch || row.Version != leased.Version)
        {
            await RecordAsync(tx, id, "report.filing_passed_over", "another worker");
            return null;
        }
        var refusal = FilingGate.Refusal(report, tx.Now);
        if (FilingGate.IsUndone(refusal))
        {
            await FilingRow.RemoveAsync(tx, id);
            await RecordAsync(tx, id, "report.filing_passed_over", refusal!);
            return null;
        }
        var material = await FilingMaterial.ReadAsync(tx, id);
        refusal ??=
            material is null ? WaitReasons.Documents
            : row.Environment != report.Environment ? WaitReasons.OtherEnvironment
            : !await StandingDecision.StandsAsync(tx, report) ? WaitReasons.NotConfirmed
            : await SecondPolicy.IsMissingAsync(tx, report, FilingGate.HasTwoPeople(report))
                ? WaitReasons.SecondPerson
            : await RealInTest.RefusalAsync(tx, report.Destination, report.Environment, report.IsTest)
                is not null
                ? WaitReasons.RealInTest
            : await IsBlockedAsync(tx, report) ? WaitReasons.Route
            : await IsRefusedAsync(tx, report, material) ? WaitReasons.Schema
            : null;
        if (refusal is not null)
        {
            await StopAsync(tx, report, row.Parsed, refusal);
            return null;
        }
        // As it was approved now: an approval that was undone and given anew may have other files.
        var state = FilingMaterial.NewState(report, material!) with
        {
            Epoch = row.Parsed.Epoch,
        };
        await FilingRow.ReplaceAsync(tx, id, row.Version, state, row.Epoch, "", []);
        var isAgain = report.State == ReportState.Filing;
        await FilingEnd.MoveAsync(tx, id, ReportState.Filing, ReportOwners.Delivery);
        await tx.RecordAsync(
            new LedgerAct("report.filing", id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["environment"] = report.Environment.ToString(),
                    ["files"] = $"{state.Files.Count}",
                    ["again"] = isAgain ? "yes" : "no",
                },
            }
        );
        return new(state, row.Version + 1, material!);
    }

    /// <summary>By the law as it is known now: a basis may have ended since the approval.</summary>
    private static async Task<bool> IsBlockedAsync(Tx tx, ReportRow report)
    {
        var about = await ReportActs.CaseOfAsync(tx, report.CaseRef);
        return await RouteGate.RefusalAsync(tx, report, about.Jurisdiction) is not null;
    }

    /// <summary>By the schema that is kept now: it may be newer than the approval.</summary>
    private static async Task<bool> IsRefusedAsync(Tx tx, ReportRow report, FilingMaterial material) =>
        FilingKinds.Of(report.Destination) == DeliveryKind.CyberTip
        && await KeptSchema.FindAsync(tx, report.Environment) is { } schema
        && schema.Check(material.Document, material.Files.Select(file => file.ReadDetails())).Count > 0;

    /// <summary>A person must act. False: another worker has it, or a person decided meanwhile.</summary>
    public static async Task<bool> StopAsync(Tx tx, LeasedFiling leased, long version, string why)
    {
        var row = await FilingRow.LockAsync(tx, leased.Report.Id);
        if (row is null || row.Epoch != leased.Epoch || row.Version != version)
        {
            await RecordAsync(tx, leased.Report.Id, "report.filing_passed_over", why);
            return false;
        }
        await StopAsync(tx, leased.Report, row.Parsed, why);
        return true;
    }

    private static async Task StopAsync(Tx tx, ReportRow report, FilingState state, string why)
    {
        await FilingRow.WaitAsync(tx, report.Id, why);
        await FilingEnd.WaitAsync(tx, report, state, why);
        await FilingAlarms.WaitsAsync(tx, report.Id, WaitReasons.TextOf(why)!);
    }

    public static Task RecordAsync(Tx tx, Guid id, string action, string why) =>
        tx.RecordAsync(
            new LedgerAct(action, id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["why"] = why },
            }
        );
}
