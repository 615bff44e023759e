using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>
/// In a team of one nobody else can lift a stop: it ends after the delay that stands in for a second person, counted
/// from the stop or from when solo mode counts, whichever is later. Its end stands in the ledger.
/// </summary>
internal static class SoloStops
{
    /// <summary>As who lifted it.</summary>
    public const string By = "solo_mode";

    /// <summary>When a stop ends by itself.</summary>
    public static DateTimeOffset EndOf(DateTimeOffset stoppedAt, SoloStanding solo) =>
        (stoppedAt > solo.From ? stoppedAt : solo.From) + SoloMode.Delay;

    /// <summary>Ends those of this person whose time is over; each is recorded.</summary>
    public static async Task EndAsync(Tx tx, string viewer)
    {
        if (await SoloMode.FindAsync(tx) is not { IsOn: true } solo || tx.Now < solo.From + SoloMode.Delay)
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
