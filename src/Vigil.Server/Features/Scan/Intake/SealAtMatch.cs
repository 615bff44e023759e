using Microsoft.Extensions.Logging;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Intake;

/// <summary>
/// Where a tenant turned it on: the file of a hit is sealed into its case before the answer is given, so that a
/// platform that blocks may delete at once. What could not be sealed stands in the case, and raises an alarm.
/// </summary>
internal sealed partial class SealAtMatch(
    MediaDesk desk,
    TrustKernel kernel,
    TimeProvider time,
    ILogger<SealAtMatch> log
)
{
    private const string Failed = "seal_at_match_failed";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The bytes must stay until the decision has fallen.</summary>
    public bool Keeps(ScanRules rules) => rules.SealsAtMatch && Contents.ExistIn(kernel.Profile);

    public Func<CancellationToken, Task<ScanFacts>> Look(Upload upload, ScanRules rules)
    {
        var stays = Keeps(rules);
        return cancellation => desk.LookAsync(upload, stays, cancellation);
    }

    /// <summary>
    /// The same request again: its answer stands, and what a crash may have kept from being sealed is sealed now. What
    /// is there already is not sealed twice.
    /// </summary>
    public async Task AgainAsync(ScanOrder order, ScanAnswer before)
    {
        if (order.ToSeal is null || before.CaseRef is null)
        {
            return;
        }
        var namesNoSuspect = await kernel.Db.ReadAsync(
            order.Actor,
            Permission.ScanSubmit,
            tx =>
                tx.FindAsync<bool?>(
                    "select names_no_suspect from decision where tenant = @tenant and id = @id",
                    new { id = before.ScanId }
                )
        );
        if (namesNoSuspect == false)
        {
            await SealAsync(order, before.CaseRef, before.ScanId);
        }
    }

    /// <summary>Never fails: the decision stands, and so does its answer.</summary>
    public async Task RunAsync(ScanOrder order, Decision decision)
    {
        if (order.ToSeal is null || decision.CaseRef is not { } reference || decision.NamesNoSuspect)
        {
            return;
        }
        await SealAsync(order, reference, decision.ScanId);
    }

    private async Task SealAsync(ScanOrder order, string reference, Guid decision)
    {
        var (tenant, item) = (order.Actor.Tenant, (Guid?)null);
        string? why;
        try
        {
            item = await ItemOfAsync(tenant, decision);
            why = await TryAsync(order, new CaseRef(reference), item);
        }
        catch (DatabaseUnavailableException e)
        {
            why = e.Message;
        }
        catch (IOException)
        {
            why = "The locker could not be written.";
        }
        if (why is not null)
        {
            await TellAsync(tenant, new ContentNotSealed(new CaseRef(reference), item, why));
        }
    }

    /// <returns>Null: sealed, or nothing is kept at its place, or of what was cleared meanwhile.</returns>
    private async Task<string?> TryAsync(ScanOrder order, CaseRef reference, Guid? item)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                order.ToSeal!.Content.Position = 0;
                await kernel.Contents.SealAsync(
                    MachineOf(order.Actor.Tenant),
                    new ContentToSeal
                    {
                        Case = reference,
                        ItemId = item,
                        Sha256 = Convert.FromHexString(order.ToSeal.Digest),
                    },
                    order.ToSeal.Content
                );
                return null;
            }
            catch (ContentException e)
                when (e.Problem is ContentProblem.NotPermittedHere or ContentProblem.CaseCleared)
            {
                return null;
            }
            catch (ContentException e)
                when (e.Problem == ContentProblem.Busy && time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause, time);
            }
            catch (ContentException e)
            {
                return e.Message;
            }
        }
    }

    private Task<Guid?> ItemOfAsync(TenantId tenant, Guid decision) =>
        kernel.Db.ReadAsync(
            MachineOf(tenant),
            Permission.ContentBring,
            async tx =>
                tx.IsAnswered<DecisionItemWanted>()
                    ? (
                        await tx.AskAsync<DecisionItemWanted, DecisionItem>(new DecisionItemWanted(decision))
                    ).ItemId
                    : null
        );

    private async Task TellAsync(TenantId tenant, ContentNotSealed happened)
    {
        try
        {
            await kernel.Db.WriteAsync(
                MachineOf(tenant),
                Permission.ContentBring,
                async tx =>
                {
                    await tx.RaiseAsync(happened);
                    await tx.RaiseAlarmAsync(
                        new Alarm(
                            Failed,
                            AlarmSeverity.Urgent,
                            "The file of a match was not sealed. Its case says why: have the platform bring it before "
                                + "it deletes it, then see to the cause."
                        )
                    );
                    return true;
                }
            );
        }
        catch (DatabaseUnavailableException)
        {
            // Readiness is red by now as well; the case shows no content.
            LogNotTold(log, happened.Case.Value);
        }
    }

    private static Actor MachineOf(TenantId tenant) =>
        Actor.Machine(tenant, "seal-at-match", Permission.ContentBring);

    [LoggerMessage(
        303,
        LogLevel.Error,
        "The file of {Case} was not sealed, and that could not be written: bring it"
    )]
    private static partial void LogNotTold(ILogger log, string @case);
}
