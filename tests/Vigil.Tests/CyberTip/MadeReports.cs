using System.Reflection;
using Vigil.CyberTip;
using Vigil.CyberTip.Shapes;

namespace Vigil.Tests.CyberTip;

/// <summary>Valid reports at random, of any members there are, with placeholders as values.</summary>
internal sealed class MadeReports(int seed, SchemaVersion version, bool isMaximal = false)
{
    private const string Address = "sample@example.com";

    private readonly Random _random = new(seed);

    public Report Report() => (Report)Part(Shape.Of(typeof(Report)));

    public FileDetails File() => (FileDetails)Part(Shape.Of(typeof(FileDetails)));

    private object Part(Shape shape)
    {
        var part = Activator.CreateInstance(shape.Type)!;
        var only = shape.IsChoice ? shape.Elements[_random.Next(shape.Elements.Count)] : null;
        foreach (var member in shape.Members)
        {
            var isWanted = only is not null
                ? member == only
                : member.Wire.Required || isMaximal || _random.Next(2) == 0;
            if (isWanted && member.Wire.Since <= version)
            {
                member.Property.SetValue(part, member.IsList ? List(member) : Value(member));
            }
        }
        return Mended(part);
    }

    private object List(Member member)
    {
        var count = _random.Next(1, 3);
        var items = Array.CreateInstance(member.ItemType, count);
        for (var index = 0; index < count; index++)
        {
            items.SetValue(Value(member), index);
        }
        return Make(member.ItemType, items);
    }

    private static object Make(Type type, Array items) =>
        typeof(MadeReports)
            .GetMethod(nameof(Many), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type)
            .Invoke(null, [items])!;

    private static ValueList<T> Many<T>(T[] items) => [.. items];

    private object Value(Member member) =>
        member.Part is { } part ? Part(part)
        : member.ItemType.IsEnum
            ? Pick([
                .. Enum.GetValuesAsUnderlyingType(member.ItemType)
                    .Cast<object>()
                    .Select(v => Enum.ToObject(member.ItemType, v)),
            ])
        : member.ItemType == typeof(string) ? Text(member)
        : member.ItemType == typeof(bool) ? member.IsFlag || _random.Next(2) == 0
        : member.ItemType == typeof(int)
            ? _random.Next((int)Math.Max(member.Wire.Min, 0), (int)Math.Min(member.Wire.Max, 1000))
        : member.ItemType == typeof(long) ? _random.NextInt64(1, long.MaxValue)
        : member.ItemType == typeof(double) ? _random.NextDouble() * 100 - 50
        : member.ItemType == typeof(DateOnly) ? new DateOnly(2000, 1, 1).AddDays(_random.Next(9000))
        : SampleReports
            .Earlier.AddTicks(-_random.NextInt64(TimeSpan.TicksPerDay))
            .ToOffset(TimeSpan.FromMinutes(15 * _random.Next(-48, 56)));

    private string Text(Member member) =>
        member.Wire.Form switch
        {
            TextForm.Url => $"https://example.com/{_random.Next()}?a=1&b=%20",
            TextForm.Email => Address,
            TextForm.IpAddress => (string)Pick(["192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7"]),
            TextForm.UsState => (string)Pick(["VA", "DC", ""]),
            TextForm.Country => (string)Pick(["DE", "GB", "XK"]),
            TextForm.CallingCode => "+49",
            TextForm.Digits => "0123",
            _ => (string)Pick([
                "SAMPLE",
                " SAMPLE <&>\"' ",
                "SAMPLE\r\nSAMPLE\ttext",
                "S\u00c4MPLE \ud83d\ude00",
                "]]> SAMPLE",
            ]),
        };

    private object Pick(object[] from) => from[_random.Next(from.Length)];

    /// <summary>What the rules ask of members together.</summary>
    private static object Mended(object part) =>
        part switch
        {
            Report report => report with
            {
                BatchedReport = null,
                PersonOrUserReported = [.. report.PersonOrUserReported.Take(1)],
                Victim =
                [
                    .. report.Victim,
                    new() { VictimPerson = new() { Email = [SampleReports.Mail(Address)] } },
                ],
            },
            Reporter reporter => reporter with
            {
                ReportingPerson = reporter.ReportingPerson with { Email = [SampleReports.Mail(Address)] },
            },
            Phone { VerificationDate: not null } phone => phone with { Verified = true },
            Email { VerificationDate: not null } email => email with { Verified = true },
            EstimatedLocation place => place with { CountryCode = place.CountryCode ?? "DE" },
            AccountTemporarilyDisabled account => account with
            {
                UserNotifiedDate = account.DisabledDate,
                ReenabledDate = account.DisabledDate?.AddHours(1),
            },
            AccountPermanentlyDisabled account => account with { UserNotifiedDate = account.DisabledDate },
            AssociatedAccount { DateOfBirth: not null } account => account with { ApproximateAge = null },
            FileDetails file => Mended(file),
            _ => part,
        };

    private static FileDetails Mended(FileDetails file)
    {
        var isContext = file.FileRelevance == FileRelevance.SupplementalReported;
        var annotations =
            isContext && file.FileAnnotations is { } some
                ? some with
                {
                    PotentialMeme = false,
                }
                : file.FileAnnotations;
        return file with
        {
            FileViewedByEsp = file.ExifViewedByEsp is true ? true : file.FileViewedByEsp,
            PotentialMeme = annotations is null && !isContext ? file.PotentialMeme : null,
            FileAnnotations = annotations,
            IndustryClassification = isContext ? null : file.IndustryClassification,
            FileId = "0123456789abcdef0123456789abcdef",
        };
    }
}
