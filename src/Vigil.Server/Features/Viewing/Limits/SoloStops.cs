using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>
/// In a team of one nobody else can lift a stop: it ends after the delay that stands in for a second person, counted
/// from the stop, from when solo mode counts, or from when the last other person who might lift it went, whichever is
/// latest. Its end stands in the ledger. Where another person is here who may lift it, that is for them, in solo mode
/// too.
/// </summary>
internal static class SoloStops
{
    /// <summary>As who lifted it.</summary>
    public const string By = "solo_mode";

    /// <summary>From when nobody but this person may lift stops, in solo mode; null: a person lifts them.</summary>
    public static Task<DateTimeOffset?> AloneSinceAsync(Tx tx, string viewer) =>
        WhoMay.AloneSinceAsync(tx, Permission.WellnessManage, viewer);

    /// <summary>When a stop ends by itself.</summary>
    public static DateTimeOffset EndOf(DateTimeOffset stoppedAt, DateTimeOffset aloneSince) =>
        (stoppedAt > aloneSince ? stoppedAt : aloneSince) + SoloMode.Delay;

    /// <summary>Ends those of this person whose time is over; each is recorded.</summary>
    public static async Task EndAsync(Tx tx, string viewer)
    {
        if (await AloneSinceAsync(tx, viewer) is not { } since || tx.Now < since + SoloMode.Delay)
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
