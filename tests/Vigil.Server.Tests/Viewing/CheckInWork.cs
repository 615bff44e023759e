using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.People;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Viewing;

/// <summary>People who look, are asked how they are, and answer.</summary>
internal static partial class CheckInWork
{
    public const string Own = "/console/exposure";
    public const string Question = "id=\"check-in\"";

    /// <summary>Asked after each day with a look.</summary>
    public static async Task<Guid> AskDailyAsync(this TestServer server)
    {
        await server.SetAsync("viewing.rules", """{"checkInDays":1}""");
        return await server.SealAsync(await server.CaseAsync(), ViewingWork.Picture(1));
    }

    public static async Task LookAsync(this ConsoleUser user, Guid content) =>
        Assert.Equal(HttpStatusCode.OK, (await user.RenditionAsync(content)).Status);

    public static async Task<ConsoleUser.Answer> AnswerAsync(
        this ConsoleUser user,
        string name,
        string value
    ) =>
        await user.PostAsync(Own, QuestionPath().Match((await user.GetAsync(Own)).Text).Value, (name, value));

    public static Task<IReadOnlyList<(string Cause, string State)>> CheckInsAsync(this TestServer server) =>
        server
            .Kernel()
            .Db.SystemAsync(
                "test",
                isWrite: false,
                tx => tx.QueryAsync<(string, string)>("select cause, state from viewing_check_in order by at")
            );

    [GeneratedRegex("/console/exposure/check-in/[0-9a-f-]{36}")]
    private static partial Regex QuestionPath();
}
