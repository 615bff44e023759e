using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Limits;

/// <summary>
/// Whether a person may take a case now: variety, breaks, quiet hours, the end of a shift, opt-outs.
/// </summary>
internal static class TakeCase
{
    public static async Task<MayTakeCase> AnswerAsync(Tx tx, MayTakeCaseWanted wanted)
    {
        var rules = await ViewingRules.ReadAsync(tx);
        var person = await ViewingPerson.ReadAsync(tx, wanted.Viewer);
        var seen = await Exposure.ReadAsync(tx, wanted.Viewer, rules);
        var taken = await tx.QueryAsync<Taken>(
            """
            select at, is_new_material, is_graphic from viewing_taken
            where tenant = @tenant and viewer = @viewer and at >= @since order by at desc, id desc limit 100
            """,
            new { viewer = wanted.Viewer, since = rules.DayOf(tx.Now) }
        );
        return Decide(rules, person, seen, taken, wanted);
    }

    public static Task ReactAsync(Tx tx, CaseTaken taken) =>
        tx.ExecuteAsync(
            """
            insert into viewing_taken (tenant, id, viewer, at, is_new_material, is_graphic)
            values (@tenant, @id, @viewer, @at, @isNew, @isGraphic)
            """,
            new
            {
                id = tx.NewId(),
                viewer = taken.Viewer,
                at = tx.Now,
                isNew = taken.IsNewMaterial,
                isGraphic = taken.IsGraphic,
            }
        );

    /// <param name="taken">Of today, the newest first.</param>
    public static MayTakeCase Decide(
        ViewingRules rules,
        ViewingPerson person,
        Exposure seen,
        IReadOnlyList<Taken> taken,
        MayTakeCaseWanted wanted
    )
    {
        if (person.PausedAt is not null)
        {
            return new MayTakeCase("paused", "You paused: go on when you are ready, on your exposure page.");
        }
        if (wanted.Harms.Intersect(person.Own.OptOuts).Any())
        {
            return new MayTakeCase(
                MayTakeCase.OptedOut,
                "You asked not to be given cases like this. One that is yours goes to others by Skip, without a reason."
            );
        }
        if (IsLate(rules, person, seen.Now))
        {
            return new MayTakeCase(
                "shift_ends",
                $"No new case in the last {rules.LastMinutes} minutes: finish what you have."
            );
        }
        if (!wanted.IsGraphic)
        {
            return MayTakeCase.Yes;
        }
        if (
            MayView.Decide(rules, person with { Own = new OwnSettings() }, seen, ViewMode.Reveal) is
            { } refusal
        )
        {
            return new MayTakeCase(refusal.Code, refusal.Text);
        }
        if (wanted.IsNewMaterial && Row(taken, one => one.IsNewMaterial) >= rules.NewMaterialInRow)
        {
            return new MayTakeCase(
                MayTakeCase.VarietyDue,
                $"{rules.NewMaterialInRow} cases of new material in a row: take another kind first."
            );
        }
        return Row(taken, one => one.IsGraphic) >= rules.GraphicInRow
            ? new MayTakeCase(
                MayTakeCase.VarietyDue,
                $"{rules.GraphicInRow} cases with pictures that burden in a row: take one without first."
            )
            : MayTakeCase.Yes;
    }

    private static int Row(IReadOnlyList<Taken> taken, Func<Taken, bool> isSo) =>
        taken.TakeWhile(isSo).Count();

    /// <summary>Near the end of the shift, in quiet hours, or near them.</summary>
    private static bool IsLate(ViewingRules rules, ViewingPerson person, DateTimeOffset now)
    {
        var then = now.AddMinutes(rules.LastMinutes);
        return (person.ShiftEndsAt is { } end && then >= end && now < end.AddHours(1))
            || rules.IsQuiet(now)
            || rules.IsQuiet(then);
    }
}

internal sealed class Taken
{
    public DateTimeOffset At { get; init; }
    public bool IsNewMaterial { get; init; }
    public bool IsGraphic { get; init; }
}
