using System.Security.Cryptography;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Training;

/// <summary>
/// Makes a case of a sample, for one person. Practice says that it is one (it is marked as a test); what is mixed into
/// the queue looks like any other, and nobody else sees it. Nothing of either leaves. Who would not be given such a
/// case is given no such sample.
/// </summary>
internal static class MixIn
{
    /// <summary>A sample that was answered is not asked again so soon.</summary>
    private static readonly TimeSpan NotAgainFor = TimeSpan.FromDays(90);

    /// <summary>Now and then, by the tenant's setting; null: not this time.</summary>
    /// <param name="tx">The transaction of who takes a case.</param>
    /// <param name="queue">What waits for them.</param>
    /// <param name="insteadOf">What they would be given: where nothing is, a sample would be known for one.</param>
    public static async Task<Offer?> RunAsync(Tx tx, IReadOnlyList<CaseFile> queue, CaseFile insteadOf)
    {
        var percent = await CaseSettings.NumberAsync(tx, CaseSettings.BlindPercent);
        if (tx.Actor.Kind != ActorKind.Person || RandomNumberGenerator.GetInt32(100) >= percent)
        {
            return null;
        }
        if (await ComesBack.RunAsync(tx) is { } back)
        {
            return back;
        }
        if ((await FindAsync(tx, isPractice: false)).Sample is not { } sample)
        {
            return null;
        }
        var account = await Disguise.AccountAsync(tx, queue);
        var file = await SampleCase.OpenAsync(tx, sample, account, isPractice: false);
        await Disguise.AgeAsync(tx, file, queue, insteadOf);
        return new Offer(
            (await CaseFile.FindAsync(tx, file.Id))!,
            SampleCase.BurdenOf(sample, isPractice: false)
        );
    }

    /// <summary>
    /// POST /v1/training/next: what was begun and not answered comes first, so that nobody chooses. What its person
    /// asked not to be given meanwhile is passed over (<see cref="PassedOver"/>).
    /// </summary>
    public static async Task<LeaseAnswer> PractiseAsync(Tx tx)
    {
        foreach (var open in await PassedOver.BegunAsync(tx, tx.Actor.Name))
        {
            var sample = await Samples.FindAsync(tx, open.GoldSample!.Value);
            var answer = sample is null
                ? MayTakeCase.Yes
                : await MayTake.AskAsync(tx, SampleCase.BurdenOf(sample, isPractice: true));
            if (answer.Code == MayTakeCase.OptedOut)
            {
                await PassedOver.NoteAsync(tx, open);
                continue;
            }
            MayTake.Require(answer);
            await tx.RecordAsync(new LedgerAct("training.continued", open.Ref));
            return await CaseLease.TakeAsync(tx, open);
        }
        return await BeginAsync(tx);
    }

    private static async Task<LeaseAnswer> BeginAsync(Tx tx)
    {
        var (sample, refusal) = await FindAsync(tx, isPractice: true);
        MayTake.Require(refusal);
        if (sample is null)
        {
            throw ProblemException.NotFound(
                "You have answered every sample. Ask who trains here for more, or come back in some weeks."
            );
        }
        var file = await SampleCase.OpenAsync(tx, sample, account: null, isPractice: true);
        await tx.RecordAsync(new LedgerAct("training.begun", file.Ref));
        return await CaseLease.TakeAsync(tx, file);
    }

    /// <summary>The first that the person may be given now; if there is none, why the first of all is not.</summary>
    private static async Task<(Sample? Sample, MayTakeCase Refusal)> FindAsync(Tx tx, bool isPractice)
    {
        var first = MayTakeCase.Yes;
        foreach (var sample in await Samples.NextForAsync(tx, tx.Actor.Name, NotAgainFor))
        {
            var answer = await MayTake.AskAsync(tx, SampleCase.BurdenOf(sample, isPractice));
            if (answer.May)
            {
                return (sample, answer);
            }
            first = first.May ? answer : first;
        }
        return (null, first);
    }
}
