using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>
/// In a team of one nobody else can lift a stop: it ends after the delay that stands in for a second person, counted
/// from the stop or from when solo mode counts, whichever is later. Its end stands in the ledger. Where another person
/// is here who may lift it, that is for them, in solo mode too.
/// </summary>
internal static class SoloStops
{
    /// <summary>As who lifted it.</summary>
    public const string By = "solo_mode";

    /// <summary>Solo mode, where it counts and nobody but this person may lift stops; null: a person lifts
    /// them.</summary>
    public static async Task<SoloStanding?> FindAsync(Tx tx, string viewer) =>
        await SoloMode.FindAsync(tx) is { IsOn: true } solo
        && !await WhoMay.IsAnotherAsync(tx, Permission.WellnessManage, viewer)
            ? solo
            : null;

    /// <summary>When a stop ends by itself.</summary>
    public static DateTimeOffset EndOf(DateTimeOffset stoppedAt, SoloStanding solo) =>
        (stoppedAt > solo.From ? stoppedAt : solo.From) + SoloMode.Delay;

    /// <summary>Ends those of this person whose time is over; each is recorded.</summary>
    public static async Task EndAsync(Tx tx, string viewer)
    {
        if (await FindAsync(tx, viewer) is not { } solo || tx.Now < solo.From + SoloMode.Delay)
        {
            return;
        }
        var ended = await tx.QueryAsync<Guid>(
            """
            update viewing_limit set lifted_at = @now, lifted_by = @by
            where tenant = @tenant and viewer = @viewer and kind in ('Hard', 'Severe') and lifted_at is null
                and at <= @before
            returning id
            """,
            new
            {
                viewer,
                now = tx.Now,
                by = By,
                before = tx.Now - SoloMode.Delay,
            }
        );
        foreach (var id in ended)
        {
            await tx.RecordAsync(
                new LedgerAct("viewing.stop_ended", id.ToString())
                {
                    Reason = "Solo mode: nobody else is here, and 24 hours have passed.",
                }
            );
        }
    }
}
