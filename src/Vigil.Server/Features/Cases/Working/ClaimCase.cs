using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>A request that names the claim it is made under.</summary>
internal sealed record LeaseRequest
{
    public long? Lease { get; init; }
}

/// <summary>POST /v1/cases/{ref}/claim, renew and release: who works on a case right now.</summary>
internal static class ClaimCase
{
    public static async Task<LeaseAnswer> RunAsync(Tx tx, string reference)
    {
        var file = await CaseActs.RequireAsync(tx, reference);
        var isNew = !CaseLease.IsLive(file, tx.Now) || file.ClaimedBy != tx.Actor.Name;
        var burden = isNew ? await ReadBurden.RunAsync(tx, file, isOffered: false) : Burden.None;
        if (isNew)
        {
            MayTake.Require(await MayTake.AskAsync(tx, burden));
        }
        var lease = await CaseLease.TakeAsync(tx, file);
        await tx.RecordAsync(new LedgerAct("case.claimed", file.Ref));
        if (isNew)
        {
            await MayTake.TellAsync(tx, file, burden);
            await CaseTimeline.AddAsync(tx, file.Id, "claimed");
        }
        return lease;
    }

    /// <summary>A sign of life; no act, and in no ledger.</summary>
    public static async Task<LeaseAnswer> RenewAsync(Tx tx, string reference, long? lease)
    {
        var file = await CaseActs.RequireAsync(
            tx,
            reference,
            lease
                ?? throw ProblemException.BadRequest(
                    "missing",
                    "'lease' is required: the number of your claim."
                )
        );
        return new LeaseAnswer(file.Ref, file.LeaseEpoch, tx.Now + CaseLease.Life);
    }

    public static async Task<CaseStatus> ReleaseAsync(Tx tx, string reference, long? lease)
    {
        var file = await CaseActs.RequireAsync(tx, reference, lease);
        await tx.RecordAsync(new LedgerAct("case.released", file.Ref));
        if (file.ClaimedBy == tx.Actor.Name)
        {
            await CaseLease.ReleaseAsync(tx, file.Id);
            await CaseTimeline.AddAsync(tx, file.Id, "released");
        }
        return CaseStatus.Of(file);
    }
}
