using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Vigil.Server.Ui;

namespace Vigil.Server.Tests.People;

/// <summary>What of a refused form is put back into its page, and what never is.</summary>
public class FilledFormTests
{
    private const string Path = "/console/acts";
    private const string Sent = "What was sent";

    [Theory]
    [InlineData("<input name=\"reason\">", "<input name=\"reason\" value=\"What was sent\">")]
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

    [Fact]
    public void After_a_conflict_words_come_back_and_choices_are_made_anew()
    {
        const string Controls =
            "<input type=\"radio\" name=\"verdict\" value=\"What was sent\">"
            + "<input type=\"checkbox\" name=\"item\" value=\"What was sent\">"
            + "<select name=\"because\"><option>What was sent</option></select>";

        var filled = In(
            Controls + "<input name=\"reason\">",
            Controls + "<input name=\"reason\">",
            isConflict: true
        );

        Assert.Contains(
            Controls + "<input name=\"reason\" value=\"What was sent\">",
            filled,
            StringComparison.Ordinal
        );
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
            ""
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

        var filled = FilledForm.In(Html, Path, SentOf([new("point", "b"), new("reason", Sent)]), "");

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
    private static string? In(string now, string then, bool isConflict = false)
    {
        var names = then.Split(" name=\"")
            .Skip(1)
            .Select(rest => rest[..rest.IndexOf('"', StringComparison.Ordinal)]);
        return FilledForm.In(
            Page(now),
            Path,
            SentOf([.. names.Distinct().Select(name => KeyValuePair.Create(name, Sent))], isConflict),
            ""
        );
    }

    private static string Page(string controls) =>
        $"<main><form method=\"post\" action=\"{Path}\">{controls}</form></main>";

    private static SentForm SentOf(KeyValuePair<string, string>[] fields, bool isConflict = false)
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
        return SentForm.Of(context, isGuarded: true, isConflict)!;
    }
}
