using System.Net;
using Vigil.Server.Tests.People;

namespace Vigil.Server.Tests.Cases;

/// <summary>Forms of the console as these tests look for them and send them.</summary>
internal static class FormWork
{
    public static async Task<bool> HasFormAsync(this ConsoleUser user, string page, string form)
    {
        var shown = await user.GetAsync(page);
        Assert.Equal(HttpStatusCode.OK, shown.Status);
        return shown.Text.Contains($"action=\"{form}\"", StringComparison.Ordinal);
    }

    /// <summary>Sends what no page offers them, guarded as their own forms are.</summary>
    public static async Task<ConsoleUser.Answer> ForceAsync(
        this ConsoleUser user,
        string form,
        params (string, string)[] fields
    ) =>
        await user.RawPostAsync(
            form,
            [.. fields, ("__RequestVerificationToken", await user.ForgeryAsync("/console"))]
        );

    /// <summary>
    /// A page of a problem that says what to do, and leads back to where the form is; or that page itself, with the form
    /// as it was sent.
    /// </summary>
    public static void IsRefused(
        this ConsoleUser.Answer answer,
        HttpStatusCode status,
        string code,
        string says,
        string back
    )
    {
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Contains(says, answer.Text, StringComparison.Ordinal);
        Assert.Contains(
            answer.Text.Contains("id=\"form-error\"", StringComparison.Ordinal)
                ? $"<a href=\"{back}\">Load the page anew</a>"
                : $"<a class=\"button\" href=\"{back}\">Back</a>",
            answer.Text,
            StringComparison.Ordinal
        );
    }
}
