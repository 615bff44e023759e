using Vigil.Server.Tests.People;

namespace Vigil.Server.Tests.Cases;

internal static class ConsoleGrading
{
    /// <summary>The grade that these tests start from, by the page's form; more of it may be given.</summary>
    public static async Task GradeAsync(
        this ConsoleUser user,
        string reference,
        string item,
        params (string, string)[] more
    )
    {
        var path = $"/console/cases/{reference}/items/{item}/grade";
        var answer = await user.PostAsync(
            path,
            path,
            [
                ("age", "prepubescent"),
                ("activity", "posing"),
                ("depiction", "real"),
                ("reason", "by_the_facts"),
                .. more,
            ]
        );
        Assert.Contains("item_graded", answer.Location, StringComparison.Ordinal);
    }
}
