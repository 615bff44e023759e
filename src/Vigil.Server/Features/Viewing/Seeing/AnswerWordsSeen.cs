using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Seeing;

/// <summary>Whether words were shown to who decides about them: for the record of the decision.</summary>
internal static class AnswerWordsSeen
{
    public static async Task<WordsSeen> AnswerAsync(Tx tx, WordsSeenWanted wanted) =>
        new(
            await tx.FindAsync<long>(
                """
                select count(*) from viewing_words
                where tenant = @tenant and case_ref = @reference and viewer = @viewer and about = @about
                  and state = 'Shown' and started_at >= @since
                """,
                new
                {
                    reference = wanted.Case.Value,
                    viewer = wanted.Viewer,
                    about = wanted.About,
                    since = wanted.Since,
                }
            ) > 0
        );
}
