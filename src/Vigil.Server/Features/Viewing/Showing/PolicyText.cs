using Vigil.Server.Features.Viewing.Standing;

namespace Vigil.Server.Features.Viewing.Showing;

/// <summary>The policy for exact matches, for people.</summary>
internal static class PolicyText
{
    public static string Of(ExactViews views) =>
        views switch
        {
            ExactViews.Never => "never looked at",
            ExactViews.FirstCopy => "looked at once, then equal files need no look",
            ExactViews.Sample => "one of twenty is looked at",
            _ => "always looked at",
        };
}
