using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Showing;

/// <summary>Why a content is not shown whole, in a sentence, and what follows for a report.</summary>
internal static class ObstacleText
{
    public static string Of(ShowObstacle obstacle) =>
        obstacle switch
        {
            ShowObstacle.Video => "A video: small grey frames of it are shown.",
            ShowObstacle.Animation => "Several pictures in one file: one of them is shown.",
            ShowObstacle.Truncated => "It ends early: what there is of it is shown.",
            ShowObstacle.TooLong => "Too long: whole in a window it is too small to be readable.",
            _ => "Nothing of it can be shown here.",
        };

    public static string Todo(ContentStanding standing) =>
        standing switch
        {
            { FileViewed: true } => "nothing: it was seen whole",
            { NeedsReason: true } => "a person's reason, on the report's page: nobody can see it whole",
            { MustBeSeen: true, Obstacle: not null } => "a look at what can be shown of it",
            { MustBeSeen: true } => "a look",
            _ => "nothing",
        };
}
