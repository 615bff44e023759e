using System.Globalization;
using System.Text.Json.Nodes;
using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>Parts of a draft as JSON; null where nothing is known. Times are UTC to the millisecond.</summary>
internal static class DraftValues
{
    /// <summary>The account that is reported; null: nobody is named, or nobody may be.</summary>
    public static PersonOrUserReported? Subject(ReportDraft draft) =>
        draft.NamesNoSuspect || draft.Tip.Report.PersonOrUserReported.Count == 0
            ? null
            : draft.Tip.Report.PersonOrUserReported[0];

    /// <summary>Where the content is: of pages first, then of files.</summary>
    public static IEnumerable<string> Urls(ReportDraft draft) =>
        draft
            .Tip.Report.InternetDetails.SelectMany(place => place.WebPageIncident?.Url.AsEnumerable() ?? [])
            .Concat(draft.Tip.FileDetails.Select(file => file.LocationOfFile).OfType<string>())
            .Distinct(StringComparer.Ordinal);

    /// <summary>Internet addresses with port and time: of the account, then of uploads.</summary>
    public static IEnumerable<IpCaptureEvent> Ips(ReportDraft draft) =>
        (Subject(draft)?.IpCaptureEvent.AsEnumerable() ?? []).Concat(
            draft.NamesNoSuspect
                ? []
                : draft.Tip.FileDetails.Select(file => file.IpCaptureEvent).OfType<IpCaptureEvent>()
        );

    public static JsonNode? Text(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : JsonValue.Create(text);

    public static JsonNode? Time(DateTimeOffset? time) =>
        time is { } at
            ? JsonValue.Create(
                at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            )
            : null;

    public static JsonNode? Day(DateOnly? day) =>
        Text(day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    public static JsonNode? Flag(bool? value) => value is { } said ? JsonValue.Create(said) : null;

    public static JsonNode? Number(long? value) => value is { } said ? JsonValue.Create(said) : null;

    public static JsonNode? Word(Enum? value) => value is null ? null : Text(Http.Words.Of(value));

    public static JsonNode? Name(string? first, string? last) => Text(string.Join(' ', Given(first, last)));

    public static JsonArray Texts(IEnumerable<string> texts) =>
        new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);

    public static JsonArray Emails(IEnumerable<Email>? emails) =>
        List(
            emails,
            email =>
                Of(
                    ("address", Text(email.Address)),
                    ("use", Word(email.Type)),
                    ("verified", Flag(email.Verified)),
                    ("verifiedAt", Time(email.VerificationDate))
                )
        );

    public static JsonArray Phones(IEnumerable<Phone>? phones) =>
        List(
            phones,
            phone =>
                Of(
                    (
                        "number",
                        Text(string.Join(' ', Given(phone.CountryCallingCode, phone.Number, phone.Extension)))
                    ),
                    ("use", Word(phone.Type)),
                    ("verified", Flag(phone.Verified)),
                    ("verifiedAt", Time(phone.VerificationDate))
                )
        );

    public static JsonArray IpList(IEnumerable<IpCaptureEvent>? events) =>
        List(
            events,
            seen =>
                Of(
                    ("address", Text(seen.IpAddress)),
                    ("port", Number(seen.Port)),
                    ("event", Word(seen.EventName)),
                    ("at", Time(seen.DateTime)),
                    ("possibleProxy", Flag(seen.PossibleProxy))
                )
        );

    public static JsonArray Devices(IEnumerable<DeviceId>? devices) =>
        List(
            devices,
            device =>
                Of(
                    ("kind", Text(device.IdType)),
                    ("value", Text(device.IdValue)),
                    ("event", Word(device.EventName)),
                    ("at", Time(device.DateTime))
                )
        );

    public static JsonArray Addresses(IEnumerable<Address>? addresses) =>
        List(
            addresses,
            address =>
                Of(
                    ("use", Word(address.Type)),
                    ("street", Text(address.Street)),
                    ("city", Text(address.City)),
                    ("postCode", Text(address.ZipCode)),
                    ("region", Text(address.State ?? address.NonUsaState)),
                    ("country", Text(address.Country))
                )
        );

    public static JsonArray Accounts(IEnumerable<AssociatedAccount>? accounts) =>
        List(
            accounts,
            account =>
                Of(
                    ("relation", Word(account.Type)),
                    ("platform", Text(account.Platform?.Name)),
                    ("identifier", Text(account.EspIdentifier)),
                    ("screenName", Text(account.ScreenName)),
                    ("emails", Emails(account.Email)),
                    ("profileUrls", Texts(account.ProfileUrl))
                )
        );

    /// <summary>
    /// EXIF and other facts of a file, but no fingerprints: those stand apart. What is said more than once, and not
    /// alike, is a list.
    /// </summary>
    public static JsonObject Exif(FileDetails details) =>
        new(
            details
                .Details.Where(group => group.Type != MetadataType.Hash)
                .SelectMany(group => group.NameValuePair)
                .GroupBy(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal)
                .Select(said =>
                    KeyValuePair.Create(said.Key, OneOrAll([.. said.Distinct(StringComparer.Ordinal)]))
                )
        );

    private static JsonNode? OneOrAll(IReadOnlyList<string> values) =>
        values.Count == 1 ? JsonValue.Create(values[0]) : Texts(values);

    /// <summary>What is seen on a file, in this library's words.</summary>
    public static IEnumerable<string> Annotations(FileDetails details) =>
        details.FileAnnotations is { } seen
            ? AnnotationWords.Where(word => word.Is(seen)).Select(word => word.Name)
            : [];

    public static JsonObject Of(params (string Name, JsonNode? Value)[] members) =>
        new(
            members
                .Where(member =>
                    member.Value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 })
                )
                .Select(member => KeyValuePair.Create(member.Name, member.Value))
        );

    public static JsonArray List<T>(IEnumerable<T>? items, Func<T, JsonNode?> write) =>
        new([.. (items ?? []).Select(write)]);

    private static IEnumerable<string> Given(params string?[] texts) =>
        texts.OfType<string>().Where(text => text.Length > 0);

    private static readonly (string Name, Func<FileAnnotations, bool> Is)[] AnnotationWords =
    [
        ("drawn", seen => seen.AnimeDrawingVirtualHentai),
        ("potential meme", seen => seen.PotentialMeme),
        ("viral", seen => seen.Viral),
        ("possible self-production", seen => seen.PossibleSelfProduction),
        ("physical harm", seen => seen.PhysicalHarm),
        ("violence", seen => seen.ViolenceGore),
        ("animal", seen => seen.Bestiality),
        ("live-streamed", seen => seen.LiveStreaming),
        ("infant", seen => seen.Infant),
        ("generated", seen => seen.GenerativeAi),
    ];
}
