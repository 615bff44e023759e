using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Vigil.Server.Features.Lists.Importing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Showing;

/// <summary>
/// The import form, read part by part as it comes: the framework's own reading would put the file into a
/// temporary one. The fields stand before the file, the token against forgery among them.
/// </summary>
internal static class ImportPage
{
    private const int MaxFields = 16;
    private const int MaxFieldCharacters = 8 * 1024;
    private const int MaxBoundaryCharacters = 100;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/console/lists/{list:guid}/imports",
                (HttpContext context, Guid list, ImportEntries import) => ReceiveAsync(context, list, import)
            )
            .Require(Permission.ListWrite)
            .ExcludeFromDescription();

    private static async Task<IResult> ReceiveAsync(HttpContext context, Guid list, ImportEntries import)
    {
        ImportEntries.AllowLargeBody(context);
        var reader = new MultipartReader(BoundaryOf(context.Request), context.Request.Body);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition)
            {
                throw BadForm();
            }
            if (!disposition.IsFileDisposition())
            {
                await ReadFieldAsync(fields, disposition, section, context.RequestAborted);
                continue;
            }
            await RefuseForgeryAsync(context, fields);
            fields["fileName"] = HeaderUtilities.RemoveQuotes(disposition.FileName).ToString();
            await import.RunAsync(
                context.Actor(),
                $"{list}",
                ImportOptions.Read(name => fields.GetValueOrDefault(name)),
                section.Body,
                length: null,
                context.RequestAborted
            );
            return Pages.Go($"/console/lists/{list}", "imported");
        }
        throw ProblemException.BadRequest("no_file", "Choose a file to import.");
    }

    private static async Task ReadFieldAsync(
        Dictionary<string, string> fields,
        ContentDispositionHeaderValue disposition,
        MultipartSection section,
        CancellationToken cancellation
    )
    {
        var text = new char[MaxFieldCharacters + 1];
        using var reader = new StreamReader(section.Body, leaveOpen: true);
        var length = await reader.ReadBlockAsync(text, cancellation);
        if (length > MaxFieldCharacters || fields.Count == MaxFields)
        {
            throw BadForm();
        }
        fields[HeaderUtilities.RemoveQuotes(disposition.Name).ToString()] = new string(text, 0, length);
    }

    /// <summary>Before a byte of the file is read.</summary>
    private static async Task RefuseForgeryAsync(HttpContext context, Dictionary<string, string> fields)
    {
        if (context.FindActor()?.Kind == ActorKind.ApiKey)
        {
            return;
        }
        var guard = context.RequestServices.GetRequiredService<IAntiforgery>();
        // In a header the guard finds it without reading the form.
        context.Request.Headers["RequestVerificationToken"] = fields.GetValueOrDefault(Pages.GuardField, "");
        if (!fields.ContainsKey(Pages.GuardField) || !await guard.IsRequestValidAsync(context))
        {
            throw ProblemException.BadRequest("form_expired", "This form is too old: load the page again.");
        }
    }

    private static string BoundaryOf(HttpRequest request)
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw BadForm();
        }
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        return boundary.Length is > 0 and <= MaxBoundaryCharacters ? boundary : throw BadForm();
    }

    private static ProblemException BadForm() =>
        ProblemException.BadRequest("bad_form", "Send this page's own form, with the file last.");
}
