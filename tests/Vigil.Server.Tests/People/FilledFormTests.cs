using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Vigil.Server.Http;
using Vigil.Server.Ui;

namespace Vigil.Server.Tests.People;

/// <summary>What of a refused form is put back into its page, and what never is.</summary>
public class FilledFormTests
{
    private const string Path = "/console/acts";
    private const string Sent = "What was sent";

    [Theory]
    [InlineData("<input name=\"reason\">", "<input name=\"reason\" value=\"What was sent\">")]
    [InlineData("<input name=\"recipientKey\">", " value=\"What was sent\">")]
    [InlineData("<input name=\"publicKey\">", " value=\"What was sent\">")]
    [InlineData("<textarea name=\"text\" rows=\"2\">old</textarea>", ">What was sent</textarea>")]
    [InlineData("<input type=\"radio\" name=\"verdict\" value=\"What was sent\">", " checked>")]
    [InlineData("<input type=\"checkbox\" name=\"fact\" value=\"What was sent\">", " checked>")]
    [InlineData("<select name=\"kind\"><option>What was sent</option></select>", "<option selected>")]
    public void What_was_typed_or_chosen_is_in_it_again(string control, string comesBack) =>
        Assert.Contains(comesBack, In(control, control) ?? "", StringComparison.Ordinal);

    [Theory]
    [InlineData("<input name=\"code\">")]
    [InlineData("<input name=\"appCode\">")]
    [InlineData("<input name=\"recoveryCode\">")]
    [InlineData("<input name=\"apiKey\">")]
    [InlineData("<input name=\"fingerprint\">")]
    [InlineData("<textarea name=\"hashes\"></textarea>")]
    [InlineData("<textarea name=\"clientCertificate\"></textarea>")]
    [InlineData("<input name=\"sha256\" data-secret>")]
    [InlineData("<textarea name=\"values\" data-secret></textarea>")]
    [InlineData("<input type=\"hidden\" name=\"__RequestVerificationToken\" value=\"\">")]
    [InlineData("<input type=\"checkbox\" name=\"checked\" value=\"What was sent\" required>")]
    [InlineData("<input type=\"checkbox\" name=\"playbookRead\" value=\"What was sent\" data-anew>")]
    public void A_secret_and_what_a_person_confirms_is_given_anew(string controls)
    {
        // Beside them something that does come back.
        const string How = "<input name=\"how\">";

        Assert.Contains(
            $"{controls}<input name=\"how\" value=\"{Sent}\">",
            In(controls + How, controls + How),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(
        "<label>Known <small>one a line</small><textarea name=\"hashes\"></textarea></label>",
        "Known"
    )]
    [InlineData("<label>SHA-256 <small>or MD5</small><input name=\"sha256\" data-secret></label>", "SHA-256")]
    [InlineData("<label for=\"it\">The code</label><input id=\"it\" name=\"code\">", "code")]
    [InlineData("<label>Key<input name=\"apiKey\"></label><label>Key<input name=\"myKey\"></label>", "Key")]
    public void A_secret_that_was_given_and_is_given_anew_is_named(string control, string label) =>
        Assert.Contains(
            $"<p>{label}</p>",
            In(control + "<input name=\"how\">", control + "<input name=\"how\">"),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_secret_that_was_not_given_is_not_named()
    {
        var sent = SentOf([new("hashes", " "), new("how", Sent)]);

        var filled = FilledForm.In(
            Page("<textarea name=\"hashes\"></textarea><input name=\"how\">"),
            Path,
            sent,
            Named
        );

        Assert.Contains("<p></p>", filled, StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_with_a_password_does_not_come_back()
    {
        const string Form = "<input name=\"userName\"><input type=\"password\" name=\"phrase\">";

        Assert.Null(In(Form, Form));
    }

    [Theory]
    [InlineData("lease")]
    [InlineData("itemsRead")]
    [InlineData("read")]
    [InlineData("version")]
    [InlineData("sha256")]
    public void A_form_of_what_is_no_longer_so_does_not_come_back(string proof)
    {
        string Of(string value) =>
            $"<input type=\"hidden\" name=\"{proof}\" value=\"{value}\"><input name=\"reason\">";

        Assert.Null(In(Of("of now"), Of("")));
        Assert.Contains(
            $"name=\"{proof}\" value=\"{Sent}\"",
            In(Of(Sent), Of(Sent)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(
        "<select name=\"kind\"><option>first</option><option>What was sent</option></select>",
        "<option>first</option><option selected>What was sent</option>"
    )]
    [InlineData(
        "<input type=\"radio\" name=\"verdict\" value=\"What was sent\">",
        "<input type=\"radio\" name=\"verdict\" value=\"What was sent\" checked>"
    )]
    [InlineData(
        "<input type=\"checkbox\" name=\"item\" value=\"What was sent\">",
        "<input type=\"checkbox\" name=\"item\" value=\"What was sent\" checked>"
    )]
    [InlineData(
        "<input type=\"checkbox\" name=\"checked\" value=\"What was sent\" required>",
        "<input type=\"checkbox\" name=\"checked\" value=\"What was sent\" required><input name=\"reason\""
    )]
    [InlineData(
        "<input type=\"checkbox\" name=\"read\" value=\"What was sent\" data-anew>",
        "<input type=\"checkbox\" name=\"read\" value=\"What was sent\" data-anew><input name=\"reason\""
    )]
    public async Task After_a_conflict_what_was_chosen_is_chosen_and_what_is_confirmed_is_given_anew(
        string control,
        string comesBack
    )
    {
        var problems = new[]
        {
            ProblemException.Conflict("number_from_request", "That is no older state."),
            ProblemException.BadRequest("form_expired", "This form is too old."),
        };
        foreach (var problem in problems)
        {
            var shown = await RefusedAsync(control + "<input name=\"reason\">", problem);

            Assert.Contains(comesBack, shown, StringComparison.Ordinal);
            Assert.Contains(
                "<input name=\"reason\" value=\"What was sent\">",
                shown,
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void A_choice_that_is_no_longer_offered_is_made_anew_and_no_other_takes_its_place()
    {
        const string Choice =
            "<label>Why<select name=\"why\"><option value=\"a\" selected>a</option></select></label>";

        var filled = In(Choice, Choice);

        Assert.Contains(
            "<select name=\"why\" required><option value=\"\" selected>choose</option>"
                + "<option value=\"a\">a</option></select>",
            filled,
            StringComparison.Ordinal
        );
        Assert.Contains("<p>Why</p>", filled, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_sent_is_text_and_stays_text()
    {
        const string Markup = "\"><script>x</script></textarea>&amp;";
        var form = SentOf([new("reason", Markup), new("text", Markup)]);

        var filled = FilledForm.In(
            Page("<input name=\"reason\"><textarea name=\"text\"></textarea>"),
            Path,
            form,
            Named
        );

        const string Encoded = "&quot;&gt;&lt;script&gt;x&lt;/script&gt;&lt;/textarea&gt;&amp;amp;";
        Assert.Contains(
            $"<input name=\"reason\" value=\"{Encoded}\"><textarea name=\"text\">{Encoded}</textarea>",
            filled,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_box_that_stands_outside_of_its_form_comes_back_as_it_was()
    {
        const string Html =
            "<input type=\"checkbox\" form=\"why\" name=\"point\" value=\"a\" checked>"
            + "<input type=\"checkbox\" form=\"other\" name=\"point\" value=\"c\" checked>"
            + "<form id=\"why\" method=\"post\" action=\"/console/acts\"><input name=\"reason\"></form>"
            + "<input type=\"checkbox\" form=\"why\" name=\"point\" value=\"b\">";

        var filled = FilledForm.In(Html, Path, SentOf([new("point", "b"), new("reason", Sent)]), Named);

        Assert.Contains("form=\"why\" name=\"point\" value=\"a\">", filled, StringComparison.Ordinal);
        Assert.Contains(
            "form=\"other\" name=\"point\" value=\"c\" checked>",
            filled,
            StringComparison.Ordinal
        );
        Assert.Contains("form=\"why\" name=\"point\" value=\"b\" checked>", filled, StringComparison.Ordinal);
    }

    [Fact]
    public void To_be_copied_is_what_a_person_wrote_and_nothing_that_the_page_put_there()
    {
        var form = SentOf([
            new("reason", "of a person"),
            new("additionalInfo", "at length"),
            new("itemsRead", "one two"),
            new("phrase", "a secret phrase"),
            new("recoveryCode", "a b c"),
        ]);
        var written = FilledForm.WordsIn(Page("<textarea name=\"additionalInfo\"></textarea>"), Path, form);

        Assert.Equal(
            [("reason", "of a person"), ("additionalInfo", "at length")],
            form.TextsOf(written.ToHashSet(StringComparer.Ordinal))
        );
    }

    /// <summary>The page with these controls, after each control of a form was sent with the same words.</summary>
    private static string? In(string now, string then) =>
        FilledForm.In(Page(now), Path, SentOf(EachOf(then)), Named);

    /// <summary>What the server answers, after each control of its page's form was sent and refused so.</summary>
    private static async Task<string> RefusedAsync(string controls, ProblemException problem)
    {
        var page = new RouteEndpoint(
            _ => Task.CompletedTask,
            RoutePatternFactory.Parse(Path),
            0,
            new EndpointMetadataCollection(new HttpMethodMetadata([HttpMethods.Get])),
            "the page"
        );
        await using var services = new ServiceCollection()
            .AddSingleton<EndpointDataSource>(new DefaultEndpointDataSource(page))
            .BuildServiceProvider();
        using var answer = new MemoryStream();
        var context = ContextOf(EachOf(controls));
        context.RequestServices = services;
        context.Request.Headers["Sec-Fetch-Site"] = "same-origin";
        context.Response.Body = answer;
        context.SetEndpoint(page);
        var isShown = await FormAgain.TryAsync(
            context,
            problem,
            http =>
            {
                http.Response.ContentType = "text/html";
                return http.Response.WriteAsync(Page(controls), http.RequestAborted);
            }
        );
        Assert.True(isShown);
        Assert.Equal(problem.Status, context.Response.StatusCode);
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private static KeyValuePair<string, string>[] EachOf(string controls) =>
        [
            .. controls
                .Split(" name=\"")
                .Skip(1)
                .Select(rest => rest[..rest.IndexOf('"', StringComparison.Ordinal)])
                .Distinct()
                .Select(name => KeyValuePair.Create(name, Sent)),
        ];

    private static string Named(IReadOnlyList<string> again) => $"<p>{string.Join(", ", again)}</p>";

    private static string Page(string controls) =>
        $"<main><form method=\"post\" action=\"{Path}\">{controls}</form></main>";

    private static SentForm SentOf(KeyValuePair<string, string>[] fields) =>
        SentForm.Of(ContextOf(fields), isGuarded: true)!;

    private static DefaultHttpContext ContextOf(KeyValuePair<string, string>[] fields)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.Path = Path;
        context.Request.Headers.Accept = "text/html";
        context.Request.Form = new FormCollection(
            fields.ToDictionary(
                field => field.Key,
                field => new StringValues(field.Value),
                StringComparer.Ordinal
            )
        );
        return context;
    }
}
